import { Duration } from 'aws-cdk-lib';
import { Bucket, BucketEncryption, type BucketProps } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { PREFIXES } from '../../core/names.ts';
import type { DarkroomConfig } from '../config/config.ts';
import { accept } from '../guard/accept.ts';
import { privateProps } from './private-bucket.ts';

/** Whether a bucket has the uploads or the results. */
export type BucketKind = 'source' | 'processed';

/** The prefixes of each bucket, except that of the intermediates, which can be made again from the source. */
export const KEPT_PREFIXES: Record<BucketKind, readonly string[]> = {
  source: [''],
  processed: [PREFIXES.processed, PREFIXES.augmented, PREFIXES.details, PREFIXES.previews],
};

/** Unfinished multipart uploads cost money, and nobody sees them. */
const ABORT_UPLOADS_AFTER = Duration.days(7);

/** A versioned bucket of images, in either region. The configuration says how long it keeps them. */
export class ImageBucket extends Bucket {
  constructor(scope: Construct, id: string, config: DarkroomConfig, kind: BucketKind, props: BucketProps) {
    const withKey: BucketProps = props.encryptionKey
      ? { encryption: BucketEncryption.KMS, bucketKeyEnabled: true }
      : {};
    super(scope, id, { ...privateProps(config), versioned: true, ...withKey, ...props });
    const { noncurrentDays, expiryDays } = lifetimesOf(config)[kind];
    this.addLifecycleRule({
      id: 'housekeeping',
      noncurrentVersionExpiration: Duration.days(noncurrentDays),
      expiredObjectDeleteMarker: true,
      abortIncompleteMultipartUploadAfter: ABORT_UPLOADS_AFTER,
    });
    // S3 accepts no rule that both expires objects after some days and removes expired delete markers.
    if (expiryDays !== undefined) this.expire(KEPT_PREFIXES[kind], Duration.days(expiryDays));
    if (config.accessLogDays === undefined) {
      const reason = 'Off in this deployment; accessLogDays switches the records of requests on.';
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
