import { Construct } from 'constructs';
import { REPEATED_CALL_ALARMS } from '../workers/function-alarms.ts';
import type { Queues } from '../workers/task-queue.ts';
import { WorkerFunction } from '../workers/worker-function.ts';
import type { WorkerProps } from '../workers/worker-props.ts';

/** The key, which no object has, that `lambdas/health` requests. */
const NOTHING = 'health-check';

interface HealthFunctionProps extends WorkerProps {
  queues: Queues;
}

/** The function that tells monitors whether the deployment could process an image. */
export class HealthFunction extends Construct {
  readonly worker: WorkerFunction;

  constructor(scope: Construct, id: string, { config, storage, catalog, key, queues }: HealthFunctionProps) {
    super(scope, id);
    this.worker = new WorkerFunction(this, 'Worker', {
      worker: 'health',
      config,
      key,
      description: 'Darkroom: reports to monitors whether it could process an image',
      memoryMb: 512,
      timeoutS: 20,
      alarms: REPEATED_CALL_ALARMS,
    });
    const buckets = [storage.source, storage.processed];
    this.worker.allow(['dynamodb:GetItem'], [catalog.table.tableArn]);
    this.worker.allow(
      ['s3:GetObject'],
      buckets.map((bucket) => bucket.arnForObjects(NOTHING)),
    );
    // Without the permission to list, S3 answers 403 for a missing object.
    this.worker.allow(
      ['s3:ListBucket'],
      buckets.map(({ bucketArn }) => bucketArn),
    );
    this.worker.allow(
      ['sqs:GetQueueAttributes'],
      [queues.ingest.queue.queueArn, queues.parts.queue.queueArn],
    );
  }
}
