import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { PREFIXES } from '../../core/names.ts';
import { patience } from './stuck-after.ts';
import { TaskQueue } from './task-queue.ts';
import { StageFunction } from './worker-function.ts';
import type { StageProps } from './worker-props.ts';

/**
 * The ingest queue, told of every upload, and the processor: it checks an image, decodes it once, writes the result
 * and hands out the rotations. One image at a time, so that one that takes all the memory hurts no other.
 */
export class ProcessorStage extends Construct {
  readonly tasks: TaskQueue;
  readonly worker: StageFunction;

  constructor(scope: Construct, id: string, { config, storage, catalog, key }: StageProps) {
    super(scope, id);
    this.tasks = new TaskQueue(this, 'Ingest', { config, key });
    storage.notifyOfUploads(this.tasks.queue);
    this.worker = new StageFunction(this, 'Worker', {
      stage: 'processor',
      config,
      key,
      description: 'Darkroom: checks, decodes, resizes, enhances, encodes and measures an uploaded image',
      memoryMb: config.processorMemoryMb,
      timeoutS: config.functionTimeoutS,
      handlesPixels: true,
      environment: {
        TABLE_NAME: catalog.table.tableName,
        OUTPUT_BUCKET: storage.processed.bucketName,
        RECIPES: JSON.stringify(config.recipes),
        MAX_BYTES: String(config.maxBytes),
        MAX_PIXELS: String(config.maxPixels),
        MAX_PAGES: String(config.maxPages),
        WORK_TIMEOUT_MS: String(config.workTimeoutS * 1000),
        MAX_STARTS: String(config.maxStarts),
        LEASE_MS: String(config.functionTimeoutS * 1000),
        ...patience(config),
      },
    });
    this.worker.consume(this.tasks.queue, { batchSize: 1, maxConcurrency: config.maxConcurrency });

    this.worker.allowWhole(storage.source, ['s3:GetObject', 's3:GetObjectVersion'], 'It reads every upload.');
    // Without the right to list, S3 answers 403 for an object that is gone.
    this.worker.allow(['s3:ListBucket'], [storage.source.bucketArn]);
    this.worker.allow(
      ['s3:PutObject'],
      storage.processedUnder(
        PREFIXES.processed,
        `${PREFIXES.augmented}360-degree/`,
        PREFIXES.work,
        PREFIXES.details,
      ),
    );
    storage.allowErasingOutputs(this.worker);
    this.worker.allow(
      ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
      [catalog.table.tableArn],
    );
  }

  sendRotationsTo(queue: Queue): void {
    this.worker.sendTo('rotation', queue);
  }
}
