import { Construct } from 'constructs';
import { PIXEL_ALARMS } from '../workers/function-alarms.ts';
import { WorkerFunction } from '../workers/worker-function.ts';
import type { WorkerProps } from '../workers/worker-props.ts';

/** API Gateway waits for 30 s, and the API function for 25 s of them. */
const TIMEOUT_S = 25;

/** The function that says what pictures show, while a request or a camera waits. */
export class ClassifyFunction extends Construct {
  readonly worker: WorkerFunction;

  constructor(scope: Construct, id: string, { config, storage, key }: WorkerProps) {
    super(scope, id);
    this.worker = new WorkerFunction(this, 'Worker', {
      worker: 'classify',
      config,
      key,
      description: 'Darkroom: says what pictures show, while somebody waits',
      memoryMb: config.processorMemoryMb,
      timeoutS: TIMEOUT_S,
      alarms: PIXEL_ALARMS,
      handlesPixels: true,
    });
    this.worker.allowWhole(storage.source, ['s3:GetObject', 's3:GetObjectVersion'], 'It reads any upload.');
    // Without the permission to list, S3 answers 403 for a missing object.
    this.worker.allow(['s3:ListBucket'], [storage.source.bucketArn]);
  }

  allowInvocation(by: WorkerFunction): void {
    by.allow(['lambda:InvokeFunction'], [this.worker.function.functionArn]);
  }
}
