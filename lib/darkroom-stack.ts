import { CfnOutput, Stack, type StackProps, Tags, Validations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Announcements } from './announcements.ts';
import { Catalog } from './catalog.ts';
import type { DarkroomConfig } from './config.ts';
import { loopGuard } from './guard/loop-guard.ts';
import { ProcessorStage } from './processor-stage.ts';
import { ReconcilerStage } from './reconciler-stage.ts';
import { RecorderStage } from './recorder-stage.ts';
import { RotationStage } from './rotation-stage.ts';
import { Signer } from './signer.ts';
import { Storage } from './storage.ts';
import { SweeperStage } from './sweeper-stage.ts';

interface DarkroomStackProps extends StackProps {
  config: DarkroomConfig;
}

/** One deployment of Darkroom. */
export class DarkroomStack extends Stack {
  constructor(scope: Construct, id: string, { config, ...props }: DarkroomStackProps) {
    super(scope, id, {
      description: `Darkroom, a serverless image pipeline (${config.stage})`,
      terminationProtection: config.removal === 'retain',
      ...props,
    });
    Tags.of(this).add('project', 'darkroom');
    Tags.of(this).add('stage', config.stage);
    Validations.of(this).addPlugins(loopGuard);

    const storage = new Storage(this, 'Storage', config);
    const catalog = new Catalog(this, 'Catalog', config);
    const announcements = new Announcements(this, 'Announcements');

    const base = { config, storage, catalog };
    const processor = new ProcessorStage(this, 'Processor', base);
    const ingest = processor.tasks;
    const rotation = new RotationStage(this, 'Rotation', { ...base, ingest });
    processor.sendRotationsTo(rotation.tasks.queue);
    const queues = { ingest, rotation: rotation.tasks };
    const sweeper = new SweeperStage(this, 'Sweeper', { ...base, ...queues });
    const recorder = new RecorderStage(this, 'Recorder', { ...base, ...queues });
    new ReconcilerStage(this, 'Reconciler', { ...base, ingest });

    const announcers = [processor, rotation, sweeper, recorder].map(({ worker }) => worker);
    for (const announcer of announcers) announcements.admit(announcer);
    new Signer(this, 'Signer', { config, storage, announcers });

    this.tell({
      SourceBucketName: ['Upload images here', storage.source.bucketName],
      ProcessedBucketName: ['Results appear here', storage.processed.bucketName],
      TopicArn: ['Every end of a run is published here', announcements.topic.topicArn],
      CatalogTableName: ['What is known of every image', catalog.table.tableName],
      UploadCommand: ['Upload a photo', `aws s3 cp photo.jpg s3://${storage.source.bucketName}/`],
      SubscribeCommand: [
        'Be told by e-mail',
        `aws sns subscribe --topic-arn ${announcements.topic.topicArn} --protocol email --notification-endpoint you@example.com`,
      ],
    });
  }

  /** What a user needs next, printed at the end of a deployment. */
  private tell(outputs: Record<string, [description: string, value: string]>): void {
    for (const [id, [description, value]] of Object.entries(outputs)) {
      new CfnOutput(this, id, { description, value });
    }
  }
}
