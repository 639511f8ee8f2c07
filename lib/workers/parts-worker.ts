import { Construct } from 'constructs';
import { PREFIXES } from '../../core/names.ts';
import { patience } from './stuck-after.ts';
import { TaskQueue } from './task-queue.ts';
import { StageFunction } from './worker-function.ts';
import type { StageProps } from './worker-props.ts';

interface RotationStageProps extends StageProps {
  /** Where a run goes back to whose intermediate is missing. */
  ingest: TaskQueue;
}

/** The rotation queue and its worker, which turns the intermediate of a run by one angle a message. */
export class RotationStage extends Construct {
  readonly tasks: TaskQueue;
  readonly worker: StageFunction;

  constructor(scope: Construct, id: string, { config, storage, catalog, key, ingest }: RotationStageProps) {
    super(scope, id);
    this.tasks = new TaskQueue(this, 'Rotation', { config, key });
    this.worker = new StageFunction(this, 'Worker', {
      stage: 'rotation',
      config,
      key,
      description: 'Darkroom: turns a processed image and encodes it',
      memoryMb: config.rotationMemoryMb,
      timeoutS: config.functionTimeoutS,
      handlesPixels: true,
      environment: {
        TABLE_NAME: catalog.table.tableName,
        OUTPUT_BUCKET: storage.processed.bucketName,
        WORK_TIMEOUT_MS: String(config.workTimeoutS * 1000),
        MAX_RESENDS: String(config.maxResends),
        ...patience(config),
      },
    });
    this.worker.consume(this.tasks.queue, {
      batchSize: config.rotationBatchSize,
      maxConcurrency: config.maxConcurrency,
    });
    this.worker.sendTo('ingest', ingest.queue);

    this.worker.allow(['s3:GetObject'], storage.processedUnder(PREFIXES.work));
    // Without the right to list, S3 answers 403 for an intermediate that is gone. A condition on the prefix would not
    // do: a request for an object has none.
    this.worker.allow(['s3:ListBucket'], [storage.processed.bucketArn]);
    this.worker.allow(['s3:PutObject'], storage.processedUnder(PREFIXES.augmented));
    storage.allowErasingOutputs(this.worker);
    this.worker.allow(['dynamodb:GetItem', 'dynamodb:UpdateItem'], [catalog.table.tableArn]);
  }
}
