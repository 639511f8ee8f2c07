import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type Bucket, type CfnBucket, HttpMethods } from 'aws-cdk-lib/aws-s3';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { PREFIXES } from '../../core/names.ts';
import type { DarkroomConfig } from '../config/config.ts';
import type { WorkerFunction } from '../workers/worker-function.ts';
import type { CustomerKey } from './customer-key.ts';
import { ImageBucket } from './image-bucket.ts';
import { AccessLogs } from './private-bucket.ts';

interface StorageProps {
  config: DarkroomConfig;
  key: CustomerKey | undefined;
}

/**
 * The two buckets, never one: uploads go to the source bucket and results to the processed bucket, so that no function
 * writes to the bucket that triggers it. CloudFormation names both: a bucket that outlives its stack would otherwise
 * block the name.
 */
export class Storage extends Construct {
  readonly source: Bucket;
  readonly processed: Bucket;

  constructor(scope: Construct, id: string, { config, key }: StorageProps) {
    super(scope, id);
    const logs = new AccessLogs(this, 'AccessLogs', config);
    const encryption = key ? { encryptionKey: key.key } : {};
    this.source = new ImageBucket(this, 'SourceBucket', config, 'source', {
      ...encryption,
      ...logs.of('source'),
    });
    this.processed = new ImageBucket(this, 'ProcessedBucket', config, 'processed', {
      ...encryption,
      ...logs.of('processed'),
    });
    key?.requireEncryption(this.source);
    key?.requireEncryption(this.processed);
    this.processed.addLifecycleRule({
      id: 'intermediates',
      prefix: PREFIXES.intermediate,
      expiration: Duration.days(config.intermediateExpiryDays),
      noncurrentVersionExpiration: Duration.days(1),
    });
  }

  /** Lets the pages of these origins, and no others, send signed forms to one bucket and fetch signed links from the other. */
  admitPages(allowedOrigins: string[]): void {
    const rule = { allowedOrigins, exposedHeaders: ['ETag'], maxAge: 3_000 };
    this.source.addCorsRule({ ...rule, allowedMethods: [HttpMethods.POST] });
    this.processed.addCorsRule({ ...rule, allowedMethods: [HttpMethods.GET] });
  }

  /** The ARNs of all objects of the processed bucket under the prefixes. */
  processedUnder(...prefixes: string[]): string[] {
    return prefixes.map((prefix) => this.processed.arnForObjects(`${prefix}*`));
  }

  /** Lets a worker delete the outputs that it wrote if the image was deleted meanwhile, and what else it names. */
  allowDeletingOutputs(worker: WorkerFunction, ...more: string[]): void {
    const prefixes = [...Object.values(PREFIXES), ...more];
    worker.allow(['s3:DeleteObjectVersion'], this.processedUnder(...prefixes));
    worker.allow(['s3:ListBucketVersions'], [this.processed.bucketArn], {
      StringLike: { 's3:prefix': prefixes.map((prefix) => `${prefix}*`) },
    });
  }

  /**
   * Notifies the queue of every upload through the source bucket's own NotificationConfiguration. S3 tests the queue when
   * it creates the bucket, so the policy of the queue must exist before. The policy names no bucket, because then each
   * would wait for the other.
   */
  notifyOfUploads(queue: Queue): void {
    const { account, partition } = Stack.of(this);
    const admitted = queue.addToResourcePolicy(
      new PolicyStatement({
        sid: 'UploadsOfThisAccount',
        principals: [new ServicePrincipal('s3.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [queue.queueArn],
        conditions: {
          StringEquals: { 'aws:SourceAccount': account },
          ArnLike: { 'aws:SourceArn': `arn:${partition}:s3:::*` },
        },
      }),
    );
    const bucket = this.source.node.defaultChild as CfnBucket;
    bucket.notificationConfiguration = {
      queueConfigurations: [{ event: 's3:ObjectCreated:*', queue: queue.queueArn }],
    };
    if (admitted.policyDependable) bucket.node.addDependency(admitted.policyDependable);
  }
}
