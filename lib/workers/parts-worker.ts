import { Construct } from 'constructs';
import { PREFIXES } from '../../core/names.ts';
import { PIXEL_ALARMS } from './function-alarms.ts';
import { TaskQueue } from './task-queue.ts';
import { WorkerFunction } from './worker-function.ts';
import type { WorkerProps } from './worker-props.ts';

interface PartsWorkerProps extends WorkerProps {
  /** A run whose intermediate is missing goes back to it. */
  ingest: TaskQueue;
}

/** The parts queue and its worker, which makes one heavy part of a run for each message. */
export class PartsWorker extends Construct {
  readonly tasks: TaskQueue;
  readonly worker: WorkerFunction;

  constructor(scope: Construct, id: string, { config, storage, catalog, key, ingest }: PartsWorkerProps) {
    super(scope, id);
    this.tasks = new TaskQueue(this, 'Parts', { config, key });
    this.worker = new WorkerFunction(this, 'Worker', {
      worker: 'parts',
      config,
      key,
      description: 'Darkroom: makes a heavy part of an image, such as a rotation',
      memoryMb: config.partsMemoryMb,
      timeoutS: config.functionTimeoutS,
      alarms: PIXEL_ALARMS,
      handlesPixels: true,
    });
    this.worker.consume(this.tasks.queue, {
      batchSize: config.partsBatchSize,
      maxConcurrency: config.maxConcurrency,
    });
    this.worker.sendTo(ingest.queue);

    this.worker.allow(['s3:GetObject'], storage.processedUnder(PREFIXES.intermediate));
    // Without the permission to list, S3 answers 403 for a missing intermediate. A condition on the prefix would not
    // help, because a request for an object has none.
    this.worker.allow(['s3:ListBucket'], [storage.processed.bucketArn]);
    this.worker.allow(['s3:PutObject'], storage.processedUnder(PREFIXES.augmented));
    storage.allowDeletingOutputs(this.worker);
    this.worker.allow(['dynamodb:GetItem', 'dynamodb:UpdateItem'], [catalog.table.tableArn]);
  }
}
