import { Construct } from 'constructs';
import { patience } from './stuck-after.ts';
import type { TaskQueue } from './task-queue.ts';
import { StageFunction } from './worker-function.ts';
import type { StageProps } from './worker-props.ts';

/** A letter is one read and one write; SQS takes up to ten at once. */
const LETTERS = { batchSize: 10, maxConcurrency: 2 };

interface RecorderStageProps extends StageProps {
  ingest: TaskQueue;
  rotation: TaskQueue;
}

/** The recorder: it turns each dead letter into a FAILED run or an incident, with its reason. */
export class RecorderStage extends Construct {
  readonly worker: StageFunction;

  constructor(
    scope: Construct,
    id: string,
    { config, storage, catalog, key, ingest, rotation }: RecorderStageProps,
  ) {
    super(scope, id);
    this.worker = new StageFunction(this, 'Worker', {
      stage: 'recorder',
      config,
      key,
      description: 'Darkroom: records dead letters as failed runs and incidents, with their reason',
      memoryMb: 512,
      // The visibility timeout of every queue is at least six times this.
      timeoutS: 30,
      environment: {
        TABLE_NAME: catalog.table.tableName,
        OUTPUT_BUCKET: storage.processed.bucketName,
        INGEST_DLQ_ARN: ingest.deadLetters.queueArn,
        ROTATION_DLQ_ARN: rotation.deadLetters.queueArn,
        ...patience(config),
      },
    });
    this.worker.consume(ingest.deadLetters, LETTERS);
    this.worker.consume(rotation.deadLetters, LETTERS);
    this.worker.allow(
      ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
      [catalog.table.tableArn],
    );
  }
}
