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

/** The properties of every bucket: private, encrypted at rest and in transit. */
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

/** The bucket in which S3 records the requests to the other buckets, if the configuration asks for that. */
export class AccessLogs extends Construct {
  private readonly bucket: Bucket | undefined;

  constructor(scope: Construct, id: string, config: DarkroomConfig) {
    super(scope, id);
    if (config.accessLogDays === undefined) return;
    this.bucket = new Bucket(this, 'Bucket', {
      // S3 delivers no records to a bucket that is encrypted with a key of KMS.
      ...privateProps(config),
      lifecycleRules: [{ id: 'expiry', expiration: Duration.days(config.accessLogDays) }],
    });
    accept(
      this.bucket,
      ['CKV_AWS_18', 'CKV_AWS_21'],
      'It stores the records of requests, and S3 writes each of them once.',
    );
  }

  /** The properties of a bucket whose requests are recorded, under a prefix with that name. */
  of(name: string): BucketProps {
    if (!this.bucket) return {};
    // CDK's types predate exactOptionalPropertyTypes: a Bucket has optional fields where IBucket expects undefined.
    const serverAccessLogsBucket = this.bucket as IBucket;
    return { serverAccessLogsBucket, serverAccessLogsPrefix: `${name}/` };
  }
}
