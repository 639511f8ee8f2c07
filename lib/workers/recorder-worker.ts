import { Construct } from 'constructs';
import { alarmsAtOnce } from './function-alarms.ts';
import type { TaskQueue } from './task-queue.ts';
import { WorkerFunction } from './worker-function.ts';
import type { WorkerProps } from './worker-props.ts';

/** A dead-letter message takes one read and one write. SQS delivers at most ten in a batch. */
const DEAD_LETTERS = { batchSize: 10, maxConcurrency: 2 };

interface RecorderWorkerProps extends WorkerProps {
  ingest: TaskQueue;
  parts: TaskQueue;
  exports: TaskQueue;
  labels?: TaskQueue;
}

/** The recorder: it ends the run of a dead-letter message as FAILED, or stores the message as unprocessable. */
export class RecorderWorker extends Construct {
  readonly worker: WorkerFunction;

  constructor(scope: Construct, id: string, props: RecorderWorkerProps) {
    super(scope, id);
    const { config, catalog, key, ingest, parts, exports, labels } = props;
    this.worker = new WorkerFunction(this, 'Worker', {
      worker: 'recorder',
      config,
      key,
      description: 'Darkroom: ends the runs of dead-letter messages as FAILED, with the reason',
      memoryMb: 512,
      // The visibility timeout of every queue is at least six times as long.
      timeoutS: 30,
      alarms: alarmsAtOnce(),
    });
    this.worker.consume(ingest.deadLetters, DEAD_LETTERS);
    this.worker.consume(parts.deadLetters, DEAD_LETTERS);
    this.worker.consume(exports.deadLetters, DEAD_LETTERS);
    if (labels) this.worker.consume(labels.deadLetters, DEAD_LETTERS);
    this.worker.allow(
      ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
      [catalog.table.tableArn],
    );
  }
}
