import { Construct } from 'constructs';
import { PREFIXES } from '../../core/names.ts';
import { PIXEL_ALARMS } from './function-alarms.ts';
import { TaskQueue } from './task-queue.ts';
import { WorkerFunction } from './worker-function.ts';
import type { WorkerProps } from './worker-props.ts';

interface LabelsWorkerProps extends WorkerProps {
  /** A run whose label input is missing goes back to it. */
  ingest: TaskQueue;
}

/** The labels queue and its worker, which says what the original of a run shows. */
export class LabelsWorker extends Construct {
  readonly tasks: TaskQueue;
  readonly worker: WorkerFunction;

  constructor(scope: Construct, id: string, { config, storage, catalog, key, ingest }: LabelsWorkerProps) {
    super(scope, id);
    this.tasks = new TaskQueue(this, 'Labels', { config, key });
    this.worker = new WorkerFunction(this, 'Worker', {
      worker: 'labels',
      config,
      key,
      description: 'Darkroom: says what the original of an image shows',
      memoryMb: config.labelsMemoryMb,
      timeoutS: config.functionTimeoutS,
      alarms: PIXEL_ALARMS,
      handlesPixels: true,
    });
    // An answer takes 10 to 20 ms, so a batch spares invocations.
    this.worker.consume(this.tasks.queue, { batchSize: 10, maxConcurrency: config.maxConcurrency });
    this.worker.sendTo(ingest.queue);

    this.worker.allow(['s3:GetObject'], storage.processedUnder(PREFIXES.intermediate));
    // Without the permission to list, S3 answers 403 for a missing object.
    this.worker.allow(['s3:ListBucket'], [storage.processed.bucketArn]);
    storage.allowDeletingOutputs(this.worker);
    this.worker.allow(['dynamodb:GetItem', 'dynamodb:UpdateItem'], [catalog.table.tableArn]);
  }
}
