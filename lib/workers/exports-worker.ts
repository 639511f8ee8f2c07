import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { EXPORTS_PREFIX, PREFIXES } from '../../core/names.ts';
import { alarmsAtOnce } from './function-alarms.ts';
import { TaskQueue } from './task-queue.ts';
import { WorkerFunction } from './worker-function.ts';
import type { WorkerProps } from './worker-props.ts';

/** 4.5 GB at 15 MB/s, which is a fifth of what a function of this size reaches. */
const TIMEOUT_S = 300;
/** Archives at once, in a deployment. */
const MAX_CONCURRENCY = 5;
/** The user waits: a third failure is reason enough to say so. */
const MAX_RECEIVES = 3;
const KEPT = Duration.days(1);

/** The queue of the exports and its worker, which streams files into one archive for each message. */
export class ExportsWorker extends Construct {
  readonly tasks: TaskQueue;
  readonly worker: WorkerFunction;

  constructor(scope: Construct, id: string, { config, storage, catalog, key }: WorkerProps) {
    super(scope, id);
    this.tasks = new TaskQueue(this, 'Exports', {
      config,
      key,
      // AWS recommends six times the time limit of the consumer.
      visibilityTimeoutS: 6 * TIMEOUT_S,
      maxReceives: MAX_RECEIVES,
    });
    this.worker = new WorkerFunction(this, 'Worker', {
      worker: 'exports',
      config,
      key,
      description: 'Darkroom: packs files of images into an archive for download',
      // 1,769 MB include one whole CPU, for the checksums; of the memory it needs little.
      memoryMb: 1769,
      timeoutS: TIMEOUT_S,
      alarms: alarmsAtOnce(),
    });
    this.worker.consume(this.tasks.queue, { batchSize: 1, maxConcurrency: MAX_CONCURRENCY });

    this.worker.allow(['s3:GetObject'], storage.processedUnder(PREFIXES.processed, PREFIXES.augmented));
    const reason = 'It packs originals, whose names are not known before.';
    this.worker.allowWhole(storage.source, ['s3:GetObject', 's3:GetObjectVersion'], reason);
    // Without the permission to list, S3 answers 403 for a file that was deleted meanwhile.
    this.worker.allow(['s3:ListBucket'], [storage.processed.bucketArn, storage.source.bucketArn]);
    this.worker.allow(['s3:PutObject'], storage.processedUnder(EXPORTS_PREFIX));
    this.worker.allow(
      ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
      [catalog.table.tableArn],
    );
    storage.processed.addLifecycleRule({
      id: 'exports',
      prefix: EXPORTS_PREFIX,
      expiration: KEPT,
      noncurrentVersionExpiration: KEPT,
    });
  }
}
