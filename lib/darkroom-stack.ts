import { CfnOutput, Stack, type StackProps, Tags, Validations } from 'aws-cdk-lib';
import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { DarkroomConfig } from './config/config.ts';
import { CheckRole } from './delivery/check-role.ts';
import { EncryptedTopic } from './events/encrypted-topic.ts';
import { Signer } from './events/signer.ts';
import { loopGuard } from './guard/loop-guard.ts';
import { Outside } from './http/outside.ts';
import { Monitoring } from './monitoring/monitoring.ts';
import { Catalog } from './storage/catalog.ts';
import { CustomerKey } from './storage/customer-key.ts';
import { isReplicated } from './storage/replica-names.ts';
import { Replication } from './storage/replication.ts';
import { Storage } from './storage/storage.ts';
import { ExportsWorker } from './workers/exports-worker.ts';
import { functionSettings } from './workers/function-settings.ts';
import { LabelsWorker } from './workers/labels-worker.ts';
import { PartsWorker } from './workers/parts-worker.ts';
import { ProcessorWorker } from './workers/processor-worker.ts';
import { ReconcilerWorker } from './workers/reconciler-worker.ts';
import { RecorderWorker } from './workers/recorder-worker.ts';
import { SweeperWorker } from './workers/sweeper-worker.ts';
import type { WorkerProps } from './workers/worker-props.ts';

interface DarkroomStackProps extends StackProps {
  config: DarkroomConfig;
  /** Of the domain name, where a stack of its own made it. */
  certificate: ICertificate | undefined;
}

/** One deployment of Darkroom. */
export class DarkroomStack extends Stack {
  /** The outputs of the stack, by name. */
  readonly outputs: ReadonlyMap<string, CfnOutput>;

  constructor(scope: Construct, id: string, { config, certificate, ...props }: DarkroomStackProps) {
    super(scope, id, {
      description: `Darkroom, a serverless image pipeline (${config.stage})`,
      terminationProtection: config.removal === 'retain',
      ...props,
    });
    Tags.of(this).add('project', 'darkroom');
    Tags.of(this).add('stage', config.stage);
    Tags.of(this).add('deployment', this.stackName);
    Validations.of(this).addPlugins(loopGuard);

    const key =
      config.encryption === 'customer-key' ? new CustomerKey(this, 'CustomerKey', config) : undefined;
    const storage = new Storage(this, 'Storage', { config, key });
    const catalog = new Catalog(this, 'Catalog', { config, key });
    const { topic } = new EncryptedTopic(this, 'CompletionTopic', key);
    const { topic: progress } = new EncryptedTopic(this, 'ProgressTopic', key);
    if (isReplicated(config)) new Replication(this, 'Replication', { config, storage, key });

    const base = { config, storage, catalog, key };
    const { workers, queues } = makeWorkers(this, base);
    const makers = [workers.processor, workers.parts, ...(workers.labels ? [workers.labels] : [])];
    const publishers = [...makers, workers.sweeper, workers.recorder];
    for (const publisher of publishers) publisher.allow(['sns:Publish'], [topic.topicArn]);
    for (const each of makers) each.allow(['sns:Publish'], [progress.topicArn]);
    const signer = new Signer(this, 'Signer', { storage, key, publishers });
    const outside = new Outside(this, 'Http', {
      ...base,
      queues,
      topics: { completions: topic, progress },
      certificate,
    });
    const functions = { ...workers, ...outside.functions };

    const settings = functionSettings({ ...base, queues, topic, progress, signer });
    outside.configure(settings);
    for (const each of Object.values(workers)) each.configure(settings);
    const monitoring = new Monitoring(this, 'Monitoring', {
      config,
      storage,
      key,
      queues,
      workers: functions,
      outside,
    });
    this.outputs = makeOutputs(this, { ...base, topic, monitoring, outside });
  }
}

/** Makes the workers and their queues. */
function makeWorkers(scope: Construct, base: WorkerProps) {
  const processor = new ProcessorWorker(scope, 'Processor', base);
  const ingest = processor.tasks;
  const parts = new PartsWorker(scope, 'Parts', { ...base, ingest });
  processor.sendPartsTo(parts.tasks.queue);
  const exports = new ExportsWorker(scope, 'Exports', base);
  const labels =
    base.config.labels === 'off' ? undefined : new LabelsWorker(scope, 'Labels', { ...base, ingest });
  if (labels) processor.sendPartsTo(labels.tasks.queue);
  const queues = {
    ingest,
    parts: parts.tasks,
    exports: exports.tasks,
    ...(labels ? { labels: labels.tasks } : {}),
  };
  const workers = {
    processor: processor.worker,
    parts: parts.worker,
    sweeper: new SweeperWorker(scope, 'Sweeper', { ...base, ...queues }).worker,
    recorder: new RecorderWorker(scope, 'Recorder', { ...base, ...queues }).worker,
    reconciler: new ReconcilerWorker(scope, 'Reconciler', { ...base, ingest }).worker,
    exports: exports.worker,
    ...(labels ? { labels: labels.worker } : {}),
  };
  return { workers, queues };
}

interface Deployed extends WorkerProps {
  topic: ITopic;
  monitoring: Monitoring;
  outside: Outside;
}

/** Makes the outputs, which a deployment prints at its end: what a user needs next. */
function makeOutputs(scope: Construct, deployed: Deployed): Map<string, CfnOutput> {
  const { config, storage, catalog, key, monitoring } = deployed;
  const { topicArn } = deployed.topic;
  const { checkerAccount } = config;
  const check = checkerAccount && new CheckRole(scope, 'Check', { checkerAccount, storage, catalog, key });
  const outputs: Record<string, [description: string, value: string]> = {
    SourceBucketName: ['Upload images here', storage.source.bucketName],
    ProcessedBucketName: ['Results appear here', storage.processed.bucketName],
    TopicArn: ['Every end of a run is published here', topicArn],
    CatalogTableName: ['The records of all images', catalog.table.tableName],
    OperationsTopicArn: ['Alarms are published here', monitoring.topic.topicArn],
    DashboardName: ['The state of the deployment, on one page of CloudWatch', monitoring.dashboardName],
    UploadCommand: ['Upload a photo', `aws s3 cp photo.jpg s3://${storage.source.bucketName}/`],
    SubscribeCommand: [
      'Be notified by e-mail',
      `aws sns subscribe --topic-arn ${topicArn} --protocol email --notification-endpoint you@example.com`,
    ],
    ...deployed.outside.outputs,
    ...(key ? { KeyArn: ['The key that encrypts all stored data', key.key.keyArn] } : {}),
    ...(check ? { CheckRoleArn: ['The role of the end-to-end check', check.roleArn] } : {}),
  };
  const made = Object.entries(outputs).map(
    ([id, [description, value]]) => [id, new CfnOutput(scope, id, { description, value })] as const,
  );
  return new Map(made);
}
