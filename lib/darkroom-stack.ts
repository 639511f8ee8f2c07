import { CfnOutput, Stack, type StackProps, Tags, Validations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { DarkroomConfig } from './config/config.ts';
import { CheckRole } from './delivery/check-role.ts';
import { CompletionTopic } from './events/completion-topic.ts';
import { Signer } from './events/signer.ts';
import { loopGuard } from './guard/loop-guard.ts';
import { CustomDomain, hasDomain } from './http/custom-domain.ts';
import { HealthApi } from './http/health-api.ts';
import { Monitoring } from './monitoring/monitoring.ts';
import { Catalog } from './storage/catalog.ts';
import { CustomerKey } from './storage/customer-key.ts';
import { isReplicated } from './storage/replica-names.ts';
import { Replication } from './storage/replication.ts';
import { Storage } from './storage/storage.ts';
import { functionSettings } from './workers/function-settings.ts';
import { PartsWorker } from './workers/parts-worker.ts';
import { ProcessorWorker } from './workers/processor-worker.ts';
import { ReconcilerWorker } from './workers/reconciler-worker.ts';
import { RecorderWorker } from './workers/recorder-worker.ts';
import { SweeperWorker } from './workers/sweeper-worker.ts';

interface DarkroomStackProps extends StackProps {
  config: DarkroomConfig;
}

/** One deployment of Darkroom. */
export class DarkroomStack extends Stack {
  /** The outputs of the stack, by name. */
  readonly outputs: ReadonlyMap<string, CfnOutput>;

  constructor(scope: Construct, id: string, { config, ...props }: DarkroomStackProps) {
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
    const completions = new CompletionTopic(this, 'CompletionTopic', key);
    if (isReplicated(config)) new Replication(this, 'Replication', { config, storage, key });

    const base = { config, storage, catalog, key };
    const processor = new ProcessorWorker(this, 'Processor', base);
    const ingest = processor.tasks;
    const parts = new PartsWorker(this, 'Parts', { ...base, ingest });
    processor.sendPartsTo(parts.tasks.queue);
    const queues = { ingest, parts: parts.tasks };
    const sweeper = new SweeperWorker(this, 'Sweeper', { ...base, ...queues });
    const recorder = new RecorderWorker(this, 'Recorder', { ...base, ...queues });
    const reconciler = new ReconcilerWorker(this, 'Reconciler', { ...base, ingest });

    const publishers = [processor, parts, sweeper, recorder].map(({ worker }) => worker);
    for (const publisher of publishers) completions.grant(publisher);
    const signer = new Signer(this, 'Signer', { storage, key, publishers });

    const health = hasDomain(config)
      ? new HealthApi(this, 'Health', {
          ...base,
          ...queues,
          domain: new CustomDomain(this, 'CustomDomain', config).domain,
        })
      : undefined;
    const workers = {
      processor: processor.worker,
      parts: parts.worker,
      sweeper: sweeper.worker,
      recorder: recorder.worker,
      reconciler: reconciler.worker,
      ...(health ? { health: health.worker } : {}),
    };
    const { topicArn } = completions.topic;
    const settings = functionSettings({
      config,
      storage,
      catalog,
      queues,
      topicArn,
      signerRoleArn: signer.roleArn,
    });
    for (const worker of Object.values(workers)) worker.configure(settings);
    const monitoring = new Monitoring(this, 'Monitoring', { config, storage, key, queues, workers });
    const { checkerAccount } = config;
    const checkRole =
      checkerAccount && new CheckRole(this, 'Check', { checkerAccount, storage, catalog, key });

    this.outputs = this.makeOutputs({
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
      ...(hasDomain(config)
        ? { HealthUrl: ['The state of health, for monitors', `https://${config.domainName}/health`] }
        : {}),
      ...(key ? { KeyArn: ['The key that encrypts all stored data', key.key.keyArn] } : {}),
      ...(checkRole ? { CheckRoleArn: ['The role of the end-to-end check', checkRole.roleArn] } : {}),
    });
  }

  /** Makes the outputs, which a deployment prints at its end: what a user needs next. */
  private makeOutputs(outputs: Record<string, [description: string, value: string]>): Map<string, CfnOutput> {
    const made = Object.entries(outputs).map(
      ([id, [description, value]]) => [id, new CfnOutput(this, id, { description, value })] as const,
    );
    return new Map(made);
  }
}
