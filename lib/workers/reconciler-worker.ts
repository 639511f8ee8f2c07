import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { SCHEDULES } from '../../core/names.ts';
import { accept } from '../guard/accept.ts';
import { alarmsAtOnce } from './function-alarms.ts';
import type { TaskQueue } from './task-queue.ts';
import { WorkerFunction } from './worker-function.ts';
import type { WorkerProps } from './worker-props.ts';

interface ReconcilerWorkerProps extends WorkerProps {
  ingest: TaskQueue;
}

/** The reconciler: once a day it ingests every upload that the catalog does not know. */
export class ReconcilerWorker extends Construct {
  readonly worker: WorkerFunction;

  constructor(
    scope: Construct,
    id: string,
    { config, storage, catalog, key, ingest }: ReconcilerWorkerProps,
  ) {
    super(scope, id);
    this.worker = new WorkerFunction(this, 'Worker', {
      worker: 'reconciler',
      config,
      key,
      description: 'Darkroom: ingests every upload that the catalog does not know',
      memoryMb: 512,
      // Lambda's maximum.
      timeoutS: 900,
      alarms: alarmsAtOnce(Duration.hours(1)),
    });
    const schedule = new Rule(this, 'Schedule', {
      schedule: Schedule.rate(Duration.minutes(SCHEDULES.reconciler.everyMinutes)),
      targets: [new LambdaFunction(this.worker.function)],
    });
    accept(
      schedule,
      ['Serverless-EventBusDLQ'],
      'If one call fails, the next one does its work a day later.',
    );
    this.worker.sendTo(ingest.queue);
    this.worker.allow(['s3:ListBucketVersions'], [storage.source.bucketArn]);
    this.worker.allow(['dynamodb:GetItem'], [catalog.table.tableArn]);
  }
}
