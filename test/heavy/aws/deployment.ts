import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { QueueName } from '../../../core/names.ts';
import { DEFAULT_RECIPE_NAME } from '../../../core/recipe.ts';
import { type Handler, OUTER_FUNCTIONS } from '../../../docker/bundle.ts';
import { type Outputs, type Settings, stackOf } from './cdk.ts';
import type { Photo } from './photos.ts';
import { listResources, physicalId, type Resource } from './stack.ts';
import { Subscriber } from './subscriber.ts';

/** The construct of each queue, by its path. */
const QUEUE_IDS: Record<QueueName, string> = {
  ingest: 'ProcessorIngestQueue',
  parts: 'PartsQueue',
  exports: 'ExportsQueue',
  labels: 'LabelsQueue',
};

/** A deployed stack, as its users and operators use it. */
export class Deployment {
  /** The name of the stack. */
  readonly stack: string;
  readonly outputs: Outputs;
  readonly resources: readonly Resource[];
  readonly subscriber: Subscriber;
  /** The object versions that were uploaded to the source bucket. */
  uploads = 0;
  readonly #s3 = new S3Client({ forcePathStyle: true });
  readonly #sqs = new SQSClient();

  private constructor(stack: string, outputs: Outputs, resources: Resource[], subscriber: Subscriber) {
    this.stack = stack;
    this.outputs = outputs;
    this.resources = resources;
    this.subscriber = subscriber;
  }

  /** Subscribes to a new deployment. */
  static async open(settings: Settings, outputs: Outputs): Promise<Deployment> {
    const subscriber = new Subscriber();
    await subscriber.subscribe(outputs.TopicArn);
    const stack = stackOf(settings);
    return new Deployment(stack, outputs, await listResources(stack), subscriber);
  }

  async upload({ key, recipe, bytes }: Photo): Promise<void> {
    await this.#s3.send(
      new PutObjectCommand({
        Bucket: this.outputs.SourceBucketName,
        Key: key,
        Body: bytes,
        ...(recipe === DEFAULT_RECIPE_NAME ? {} : { Metadata: { recipe } }),
      }),
    );
    this.uploads += 1;
  }

  async send(queue: QueueName, body: string): Promise<void> {
    await this.#sqs.send(new SendMessageCommand({ QueueUrl: this.queueUrl(queue), MessageBody: body }));
  }

  queueUrl(queue: QueueName): string {
    return physicalId(this.resources, 'AWS::SQS::Queue', QUEUE_IDS[queue]);
  }

  functionName(worker: Handler): string {
    return physicalId(this.resources, 'AWS::Lambda::Function', `${constructOf(worker)}Function`);
  }

  roleName(worker: Handler): string {
    return physicalId(this.resources, 'AWS::IAM::Role', `${constructOf(worker)}Role`);
  }

  /** Invokes a function that otherwise a schedule invokes, and returns its report. */
  async invoke(worker: Handler): Promise<Record<string, number>> {
    const command = new InvokeCommand({ FunctionName: this.functionName(worker), Payload: '{}' });
    const { FunctionError, Payload } = await new LambdaClient().send(command);
    const answer = Payload?.transformToString() ?? '';
    if (FunctionError) throw new Error(`the ${worker} failed: ${answer}`);
    return JSON.parse(answer);
  }
}

function constructOf(worker: Handler): string {
  const parent = [...OUTER_FUNCTIONS, 'classify'].includes(worker) ? 'Http' : '';
  return `${parent}${worker.charAt(0).toUpperCase()}${worker.slice(1)}Worker`;
}
