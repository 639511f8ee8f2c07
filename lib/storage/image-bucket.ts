import { Duration } from 'aws-cdk-lib';
import { Bucket, BucketEncryption, type BucketProps } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { PREFIXES } from '../../core/names.ts';
import type { DarkroomConfig } from '../config/config.ts';
import { accept } from '../guard/accept.ts';
import { privateProps } from './private-bucket.ts';

/** What a bucket of images holds: uploads, or what was made of them. */
export type Holding = 'source' | 'processed';

/** What is in each bucket, by prefix, without the intermediates, which can be made anew from the source. */
export const HOLDINGS: Record<Holding, readonly string[]> = {
  source: [''],
  processed: [PREFIXES.processed, PREFIXES.augmented, PREFIXES.details],
};

/** Uploads that were begun and never finished cost money and are seen by nobody. */
const ABORT_UPLOADS_AFTER = Duration.days(7);

/** A versioned bucket of images, which keeps them as long as the configuration says, in either region. */
export class ImageBucket extends Bucket {
  constructor(scope: Construct, id: string, config: DarkroomConfig, holding: Holding, props: BucketProps) {
    const withKey: BucketProps = props.encryptionKey
      ? { encryption: BucketEncryption.KMS, bucketKeyEnabled: true }
      : {};
    super(scope, id, { ...privateProps(config), versioned: true, ...withKey, ...props });
    const { noncurrentDays, expiryDays } = lifetimesOf(config)[holding];
    this.addLifecycleRule({
      id: 'housekeeping',
      noncurrentVersionExpiration: Duration.days(noncurrentDays),
      expiredObjectDeleteMarker: true,
      abortIncompleteMultipartUploadAfter: ABORT_UPLOADS_AFTER,
    });
    // A rule of their own: S3 takes none that has both a number of days and the removal of lone delete markers.
    if (expiryDays !== undefined) this.expire(HOLDINGS[holding], Duration.days(expiryDays));
    if (config.accessLogDays === undefined) {
      const reason = 'Off in this deployment: accessLogDays turns the records of requests on.';
      accept(this, ['AwsSolutions-S1', 'CKV_AWS_18'], reason);
    }
  }

  private expire(prefixes: readonly string[], expiration: Duration): void {
    for (const prefix of prefixes)
      this.addLifecycleRule({ id: `expiry ${prefix}`.trim(), prefix, expiration });
  }
}

function lifetimesOf(config: DarkroomConfig) {
  return {
    source: { noncurrentDays: config.sourceNoncurrentDays, expiryDays: config.sourceExpiryDays },
    processed: { noncurrentDays: config.processedNoncurrentDays, expiryDays: config.processedExpiryDays },
  };
}
