import { Duration } from 'aws-cdk-lib';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type BucketProps,
  type IBucket,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { DarkroomConfig } from '../config/config.ts';
import { accept } from '../guard/accept.ts';
import { removalPolicyOf } from './removal.ts';

/** What holds for every bucket: nobody outside reads it, nothing travels or lies about in the clear. */
export function privateProps(config: DarkroomConfig): BucketProps {
  return {
    encryption: BucketEncryption.S3_MANAGED,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    removalPolicy: removalPolicyOf(config),
  };
}

/** Where S3 records the requests to the other buckets, if the configuration says for how long. */
export class AccessLogs extends Construct {
  private readonly bucket: Bucket | undefined;

  constructor(scope: Construct, id: string, config: DarkroomConfig) {
    super(scope, id);
    if (config.accessLogDays === undefined) return;
    this.bucket = new Bucket(this, 'Bucket', {
      // S3 delivers its records to no bucket whose key is one of KMS.
      ...privateProps(config),
      lifecycleRules: [{ id: 'expiry', expiration: Duration.days(config.accessLogDays) }],
    });
    accept(
      this.bucket,
      ['CKV_AWS_18', 'CKV_AWS_21'],
      'It holds the records of requests, each written once by S3.',
    );
  }

  /** The properties of a bucket whose requests are recorded under its name. */
  of(name: string): BucketProps {
    if (!this.bucket) return {};
    // CDK's types predate exactOptionalPropertyTypes: a Bucket has optional fields where IBucket wants undefined.
    const serverAccessLogsBucket = this.bucket as IBucket;
    return { serverAccessLogsBucket, serverAccessLogsPrefix: `${name}/` };
  }
}
