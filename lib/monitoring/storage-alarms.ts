import { Duration } from 'aws-cdk-lib';
import { Metric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Alarms } from './alarms.ts';
import type { Watched } from './watched.ts';

const BYTES_PER_GB = 1e9;

/** Alarms on the size of the buckets. */
export function watchStorage(alarms: Alarms, { config, storage }: Watched): void {
  for (const name of ['source', 'processed'] as const) {
    const means = `The ${name} bucket has reached ${config.bucketSizeAlarmGb} GB.`;
    alarms.whenAtLeast({ section: 'bucket-size', of: name, means }, config.bucketSizeAlarmGb * BYTES_PER_GB, {
      metric: bucketBytes(storage[name]),
      // S3 reports the size once a day, and late.
      treatMissingData: TreatMissingData.IGNORE,
    });
  }
}

/** Bytes of all versions in a bucket. S3 calculates them once a day. */
export function bucketBytes(bucket: Bucket): Metric {
  return new Metric({
    namespace: 'AWS/S3',
    metricName: 'BucketSizeBytes',
    dimensionsMap: { BucketName: bucket.bucketName, StorageType: 'StandardStorage' },
    statistic: Stats.AVERAGE,
    period: Duration.days(1),
  });
}
