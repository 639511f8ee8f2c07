import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type BucketProps,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { accept } from '../guard/accept.ts';

/** What the steps of the pipeline pass on: the source, the synthesised app, their reports. */
export class Artifacts extends Bucket {
  /**
   * @param isForOthers whether stages are in other accounts. They cannot read what S3 encrypts with its own key, so
   *   there is a key for them, at one US dollar a month
   */
  constructor(scope: Construct, id: string, isForOthers: boolean) {
    const removalPolicy = RemovalPolicy.DESTROY;
    const encryption: BucketProps = isForOthers
      ? {
          encryption: BucketEncryption.KMS,
          encryptionKey: new Key(scope, `${id}Key`, {
            description: "Encrypts what the steps of Darkroom's pipeline pass on",
            enableKeyRotation: true,
            removalPolicy,
          }),
          bucketKeyEnabled: true,
        }
      : { encryption: BucketEncryption.S3_MANAGED };
    super(scope, id, {
      ...encryption,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      removalPolicy,
    });
    keepForAMonth(this);
  }
}

/** An execution may wait for approval as long as that. */
export function keepForAMonth(artifacts: Bucket): void {
  artifacts.addLifecycleRule({
    id: 'expiry',
    expiration: Duration.days(30),
    abortIncompleteMultipartUploadAfter: Duration.days(1),
  });
  accept(
    artifacts,
    ['AwsSolutions-S1', 'CKV_AWS_18', 'CKV_AWS_21'],
    'It keeps copies of the repository for a month; the pipeline records who started what.',
  );
}
