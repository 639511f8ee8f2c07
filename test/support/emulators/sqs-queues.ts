import { CreateQueueCommand, GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { QUEUES, type QueueName } from '../../../core/names.ts';

export interface EmulatedQueue {
  url: string;
  deadUrl: string;
  deadArn: string;
}

/** The pipeline's queues, each with its dead-letter queue. */
export async function createQueues(
  client: SQSClient,
  maxReceives: number,
): Promise<Record<QueueName, EmulatedQueue>> {
  const queues = QUEUES.map(async (name) => [name, await createQueue(client, name, maxReceives)] as const);
  return Object.fromEntries(await Promise.all(queues)) as Record<QueueName, EmulatedQueue>;
}

async function createQueue(client: SQSClient, name: string, maxReceives: number): Promise<EmulatedQueue> {
  const deadUrl = await urlOfNew(client, `${name}-dead`, {});
  const deadArn = await queueArn(client, deadUrl);
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: deadArn, maxReceiveCount: maxReceives });
  return { url: await urlOfNew(client, name, { RedrivePolicy }), deadUrl, deadArn };
}

export async function queueArn(client: SQSClient, QueueUrl: string): Promise<string> {
  const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] });
  const { Attributes } = await client.send(command);
  return String(Attributes?.QueueArn);
}

export async function urlOfNew(
  client: SQSClient,
  QueueName: string,
  Attributes: Record<string, string>,
): Promise<string> {
  const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName, Attributes }));
  return String(QueueUrl);
}
