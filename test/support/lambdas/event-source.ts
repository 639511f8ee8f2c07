import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { queueArn } from '../emulators/sqs-queues.ts';
import { invocationContext, sqsEvent } from './events.ts';

type MessageFunction = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;

/** A queue and the function that consumes it. */
export interface Consumption {
  queueUrl: string;
  consumer: MessageFunction;
  batchSize: number;
}

/**
 * Does what Lambda's event source does: one batch to the function, then deletes what has not failed. What has failed
 * is visible again at once.
 *
 * @returns how many messages there were, and the bodies of those that failed
 */
export async function deliver(sqs: SQSClient, { queueUrl, consumer, batchSize }: Consumption) {
  const command = new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: batchSize });
  const { Messages = [] } = await sqs.send(command);
  if (Messages.length === 0) return { received: 0, failed: [] };
  const bodies = Messages.map(({ MessageId = '', Body = '' }) => ({ messageId: MessageId, body: Body }));
  const event = sqsEvent(await queueArn(sqs, queueUrl), bodies);
  const { batchItemFailures } = await consumer(event, invocationContext('consumer'));
  const failedIds = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  const hasFailed = ({ MessageId = '' }: Message) => failedIds.has(MessageId);
  for (const message of Messages) {
    const handle = { QueueUrl: queueUrl, ReceiptHandle: message.ReceiptHandle };
    if (hasFailed(message)) {
      await sqs.send(new ChangeMessageVisibilityCommand({ ...handle, VisibilityTimeout: 0 }));
    } else {
      await sqs.send(new DeleteMessageCommand(handle));
    }
  }
  return { received: Messages.length, failed: Messages.filter(hasFailed).map(({ Body }) => String(Body)) };
}
