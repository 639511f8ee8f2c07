import { Construct } from 'constructs';
import type { TaskQueue } from './task-queue.ts';
import { WorkerFunction } from './worker-function.ts';
import type { WorkerProps } from './worker-props.ts';

/** A letter is one read and one write; SQS takes up to ten at once. */
const LETTERS = { batchSize: 10, maxConcurrency: 2 };

interface RecorderWorkerProps extends WorkerProps {
  ingest: TaskQueue;
  parts: TaskQueue;
}

/** The recorder: it turns each dead letter into a FAILED run or an incident, with its reason. */
export class RecorderWorker extends Construct {
  readonly worker: WorkerFunction;

  constructor(scope: Construct, id: string, { config, catalog, key, ingest, parts }: RecorderWorkerProps) {
    super(scope, id);
    this.worker = new WorkerFunction(this, 'Worker', {
      worker: 'recorder',
      config,
      key,
      description: 'Darkroom: records dead letters as failed runs and incidents, with their reason',
      memoryMb: 512,
      // The visibility timeout of every queue is at least six times this.
      timeoutS: 30,
    });
    this.worker.consume(ingest.deadLetters, LETTERS);
    this.worker.consume(parts.deadLetters, LETTERS);
    this.worker.allow(
      ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
      [catalog.table.tableArn],
    );
  }
}
