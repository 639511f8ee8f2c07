import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { SCHEDULES } from '../../core/names.ts';
import { accept } from '../guard/accept.ts';
import { alarmsAtOnce } from '../workers/function-alarms.ts';
import { WorkerFunction } from '../workers/worker-function.ts';
import type { WorkerProps } from '../workers/worker-props.ts';

/** The function that writes the trends every hour, from the records of the days that may have changed. */
export class TrendsFunction extends Construct {
  readonly worker: WorkerFunction;

  constructor(scope: Construct, id: string, { config, catalog, key }: WorkerProps) {
    super(scope, id);
    this.worker = new WorkerFunction(this, 'Worker', {
      worker: 'trends',
      config,
      key,
      description: 'Darkroom: calculates the trends of quality by day and recipe',
      // It holds seven numbers for each image of a day.
      memoryMb: 512,
      timeoutS: 900,
      alarms: alarmsAtOnce(Duration.hours(1)),
      retryAttempts: 0,
    });
    const schedule = new Rule(this, 'Schedule', {
      schedule: Schedule.rate(Duration.minutes(SCHEDULES.trends.everyMinutes)),
      targets: [new LambdaFunction(this.worker.function)],
    });
    accept(
      schedule,
      ['Serverless-EventBusDLQ'],
      'If one call fails, the next one does its work an hour later.',
    );
    const { table } = catalog;
    this.worker.allow(['dynamodb:Query'], [table.tableArn, catalog.indexArn('all')]);
    this.worker.allow(['dynamodb:BatchGetItem', 'dynamodb:PutItem', 'dynamodb:DeleteItem'], [table.tableArn]);
  }
}
