import { Construct } from 'constructs';
import { INDEXES } from '../../core/catalog-layout.ts';
import { REPEATED_CALL_ALARMS } from '../workers/function-alarms.ts';
import { listQueues, type Queues } from '../workers/task-queue.ts';
import { WorkerFunction } from '../workers/worker-function.ts';
import type { WorkerProps } from '../workers/worker-props.ts';
import type { LiveUpdates, Topics } from './live-updates.ts';

interface ApiFunctionProps extends WorkerProps {
  queues: Queues;
  live: LiveUpdates;
  topics: Topics;
}

/** The function of the HTTP API. It may read and write no object; what it signs may. */
export class ApiFunction extends Construct {
  readonly worker: WorkerFunction;

  constructor(scope: Construct, id: string, props: ApiFunctionProps) {
    super(scope, id);
    const { config, catalog, key, queues, live, topics } = props;
    this.worker = new WorkerFunction(this, 'Worker', {
      worker: 'api',
      config,
      key,
      description: 'Darkroom: the HTTP API',
      // 1,769 MB include one whole CPU: a cold start is short, and listing signs and parses a lot.
      memoryMb: 1769,
      // API Gateway waits for 30 s.
      timeoutS: 29,
      alarms: REPEATED_CALL_ALARMS,
    });
    const { table } = catalog;
    this.worker.allow(
      [
        'dynamodb:GetItem',
        'dynamodb:BatchGetItem',
        'dynamodb:Query',
        'dynamodb:PutItem',
        'dynamodb:UpdateItem',
        'dynamodb:DeleteItem',
      ],
      [table.tableArn],
    );
    const indexes = Object.keys(INDEXES) as (keyof typeof INDEXES)[];
    this.worker.allow(
      ['dynamodb:Query'],
      indexes.map((index) => catalog.indexArn(index)),
    );
    this.worker.allow(['dynamodb:PutItem'], [live.table.table.tableArn]);
    for (const [, { queue }] of listQueues(queues)) this.worker.sendTo(queue);
    this.worker.allow(['sns:Publish'], [topics.completions.topicArn, topics.progress.topicArn]);
  }
}
