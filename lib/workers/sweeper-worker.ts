import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { EXPORTS_PREFIX, SCHEDULES } from '../../core/names.ts';
import { accept } from '../guard/accept.ts';
import { REPEATED_CALL_ALARMS } from './function-alarms.ts';
import type { TaskQueue } from './task-queue.ts';
import { WorkerFunction } from './worker-function.ts';
import type { WorkerProps } from './worker-props.ts';

const EVERY = Duration.minutes(SCHEDULES.sweeper.everyMinutes);

interface SweeperWorkerProps extends WorkerProps {
  ingest: TaskQueue;
  parts: TaskQueue;
  labels?: TaskQueue;
}

/** The sweeper: every five minutes it repairs the runs that are stuck, or ends them with the reason. */
export class SweeperWorker extends Construct {
  readonly worker: WorkerFunction;

  constructor(
    scope: Construct,
    id: string,
    { config, storage, catalog, key, ingest, parts, labels }: SweeperWorkerProps,
  ) {
    super(scope, id);
    this.worker = new WorkerFunction(this, 'Worker', {
      worker: 'sweeper',
      config,
      key,
      description: 'Darkroom: repairs runs that are stuck, or ends them with the reason',
      memoryMb: 512,
      // A sweep ends before the next begins. The next one does what this one leaves, so Lambda need not retry it.
      timeoutS: EVERY.toSeconds() - 60,
      alarms: REPEATED_CALL_ALARMS,
      retryAttempts: 0,
    });
    const schedule = new Rule(this, 'Schedule', {
      schedule: Schedule.rate(EVERY),
      targets: [new LambdaFunction(this.worker.function)],
    });
    accept(
      schedule,
      ['Serverless-EventBusDLQ'],
      'If one call fails, the next one does its work five minutes later.',
    );
    const queues = [ingest, parts, ...(labels ? [labels] : [])].map(({ queue }) => queue);
    for (const queue of queues) this.worker.sendTo(queue);
    this.worker.allow(
      ['sqs:GetQueueAttributes'],
      queues.map(({ queueArn }) => queueArn),
    );

    this.worker.allow(['dynamodb:Query'], [catalog.table.tableArn, catalog.indexArn('due')]);
    this.worker.allow(['dynamodb:GetItem', 'dynamodb:UpdateItem'], [catalog.table.tableArn]);
    // It notes the day of a deleted image for the trends, and removes its earlier runs.
    this.worker.allow(['dynamodb:PutItem', 'dynamodb:DeleteItem'], [catalog.table.tableArn]);
    storage.allowDeletingOutputs(this.worker, EXPORTS_PREFIX);
    const reason = 'It deletes any upload whose time in the trash is up, and finishes interrupted deletions.';
    this.worker.allowWhole(storage.source, ['s3:DeleteObjectVersion'], reason);
  }
}
