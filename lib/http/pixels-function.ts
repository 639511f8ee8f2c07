import { Construct } from 'constructs';
import { PREFIXES } from '../../core/names.ts';
import { PIXEL_ALARMS } from '../workers/function-alarms.ts';
import { WorkerFunction } from '../workers/worker-function.ts';
import type { WorkerProps } from '../workers/worker-props.ts';

/** API Gateway waits for 30 s, and the API function for 25 s of them. */
const TIMEOUT_S = 25;

/** The function that makes large previews and tries recipes, while a request waits. Only the API may invoke it. */
export class PixelsFunction extends Construct {
  readonly worker: WorkerFunction;

  constructor(scope: Construct, id: string, { config, storage, catalog, key }: WorkerProps) {
    super(scope, id);
    this.worker = new WorkerFunction(this, 'Worker', {
      worker: 'pixels',
      config,
      key,
      description: 'Darkroom: makes large previews, and tries recipes, while somebody waits',
      memoryMb: config.processorMemoryMb,
      timeoutS: TIMEOUT_S,
      alarms: PIXEL_ALARMS,
      handlesPixels: true,
    });
    this.worker.allowWhole(storage.source, ['s3:GetObject', 's3:GetObjectVersion'], 'It reads any upload.');
    // Without the permission to list, S3 answers 403 for a missing object.
    this.worker.allow(['s3:ListBucket'], [storage.source.bucketArn]);
    this.worker.allow(['s3:GetObject', 's3:PutObject'], storage.processedUnder(PREFIXES.previews));
    storage.allowDeletingOutputs(this.worker);
    this.worker.allow(['dynamodb:GetItem', 'dynamodb:UpdateItem'], [catalog.table.tableArn]);
  }

  allowInvocation(by: WorkerFunction): void {
    by.allow(['lambda:InvokeFunction'], [this.worker.function.functionArn]);
  }
}
