import { Annotations, Stack } from 'aws-cdk-lib';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { CustomerKey } from '../storage/customer-key.ts';
import { Alarms } from './alarms.ts';
import { watchApi } from './api-alarms.ts';
import { Budget } from './budget.ts';
import { Dashboard } from './dashboard.ts';
import { watchEdge } from './edge-alarms.ts';
import { watchFunctions } from './function-alarms.ts';
import { OperationsTopic } from './operations-topic.ts';
import { watchOutcomes } from './outcome-alarms.ts';
import { PipelineMetrics } from './pipeline-metrics.ts';
import { watchQueues } from './queue-alarms.ts';
import { watchStorage } from './storage-alarms.ts';
import type { Watched } from './watched.ts';

interface MonitoringProps extends Watched {
  key: CustomerKey | undefined;
}

/** What watches a deployment: the alarms and their topic, the budget, the dashboard. The pipeline works without it. */
export class Monitoring extends Construct {
  readonly topic: Topic;
  readonly dashboardName: string;

  constructor(scope: Construct, id: string, { key, ...watched }: MonitoringProps) {
    super(scope, id);
    const { config } = watched;
    this.topic = new OperationsTopic(this, 'Operations', { config, key }).topic;
    const metrics = new PipelineMetrics(config.stage);
    if (config.alarmEmail && !URL.canParse(config.runbookUrl)) {
      const warning =
        'set runbookUrl to where your team reads docs/runbook.md, so that alarms in e-mails link to it';
      Annotations.of(this).addWarningV2('darkroom:runbook-without-address', warning);
    }
    const alarms = new Alarms(this, 'Alarms', { runbookUrl: config.runbookUrl, topic: this.topic });
    watchFunctions(alarms, watched);
    watchQueues(alarms, watched);
    watchOutcomes(alarms, config, metrics);
    watchStorage(alarms, watched);
    watchApi(alarms, watched);
    watchEdge(alarms, watched);
    new Budget(this, 'Budget', { config, topic: this.topic });
    this.dashboardName = Stack.of(this).stackName;
    new Dashboard(this, 'Page', { watched, metrics, alarms, name: this.dashboardName });
  }
}
