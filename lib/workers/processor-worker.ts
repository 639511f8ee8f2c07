import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { PREFIXES } from '../../core/names.ts';
import { PIXEL_ALARMS } from './function-alarms.ts';
import { TaskQueue } from './task-queue.ts';
import { WorkerFunction } from './worker-function.ts';
import type { WorkerProps } from './worker-props.ts';

/**
 * The ingest queue, which S3 notifies of every upload, and the processor. It checks an image, decodes it once, writes
 * the result and fans out the heavy parts. It takes one image at a time, so that an image that needs too much memory
 * affects no other.
 */
export class ProcessorWorker extends Construct {
  readonly tasks: TaskQueue;
  readonly worker: WorkerFunction;

  constructor(scope: Construct, id: string, { config, storage, catalog, key }: WorkerProps) {
    super(scope, id);
    this.tasks = new TaskQueue(this, 'Ingest', { config, key });
    storage.notifyOfUploads(this.tasks.queue);
    this.worker = new WorkerFunction(this, 'Worker', {
      worker: 'processor',
      config,
      key,
      description: 'Darkroom: checks, decodes, resizes, enhances, encodes and measures an uploaded image',
      memoryMb: config.processorMemoryMb,
      timeoutS: config.functionTimeoutS,
      // It rejects an image after workTimeoutS, so it never comes close to its own timeout.
      alarms: { ...PIXEL_ALARMS, slow: { ...PIXEL_ALARMS.slow, limitS: config.workTimeoutS } },
      handlesPixels: true,
    });
    this.worker.consume(this.tasks.queue, { batchSize: 1, maxConcurrency: config.maxConcurrency });

    this.worker.allowWhole(storage.source, ['s3:GetObject', 's3:GetObjectVersion'], 'It reads every upload.');
    // Without the permission to list, S3 answers 403 for a missing object.
    this.worker.allow(['s3:ListBucket'], [storage.source.bucketArn]);
    this.worker.allow(
      ['s3:PutObject'],
      storage.processedUnder(
        PREFIXES.processed,
        `${PREFIXES.augmented}360-degree/`,
        PREFIXES.intermediate,
        PREFIXES.previews,
        PREFIXES.details,
        PREFIXES.previews,
      ),
    );
    storage.allowDeletingOutputs(this.worker);
    this.worker.allow(
      ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
      [catalog.table.tableArn],
    );
  }

  /** Lets it send the heavy parts of an image to their worker. */
  sendPartsTo(queue: Queue): void {
    this.worker.sendTo(queue);
  }
}
