import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';

import type { QueueName } from '../../core/names.ts';
import { sqsClient } from '../../lambdas/adapters/clients.ts';
import { sqsTaskQueue } from '../../lambdas/adapters/sqs-task-queue.ts';
import { stubAwsEnvironment } from '../support/emulators/aws-environment.ts';
import { createQueues } from '../support/emulators/sqs-queues.ts';
import { startSqsAndSns } from '../support/emulators/sqs-sns-server.ts';
import { describeQueueContract, type ReceivedTask } from './queue-contract.ts';

interface SqsTask extends ReceivedTask {
  ReceiptHandle: string;
}

const MAX_RECEIVES = 3;

describeQueueContract<SqsTask>('SQS', async () => {
  const server = await startSqsAndSns();
  stubAwsEnvironment({ AWS_ENDPOINT_URL_SQS: server.url });
  const client = sqsClient();
  const queues = await createQueues(client, MAX_RECEIVES);
  /** What has been received and not acknowledged. */
  const leased = new Map<string, QueueName>();

  async function receiveFrom(QueueUrl: string, MaxNumberOfMessages: number): Promise<SqsTask[]> {
    const command = new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages,
      MessageSystemAttributeNames: ['ApproximateReceiveCount'],
    });
    const { Messages = [] } = await client.send(command);
    return Messages.map(({ Body, Attributes, ReceiptHandle }) => ({
      body: String(Body),
      receives: Number(Attributes?.ApproximateReceiveCount),
      ReceiptHandle: String(ReceiptHandle),
    }));
  }

  async function release(queue: QueueName, ReceiptHandle: string): Promise<void> {
    const QueueUrl = queues[queue].url;
    leased.delete(ReceiptHandle);
    await client.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
  }

  return {
    queue: sqsTaskQueue(client, {
      ingest: queues.ingest.url,
      parts: queues.parts.url,
      exports: queues.exports.url,
    }),
    maxReceives: MAX_RECEIVES,
    async receive(queue, max) {
      const tasks = await receiveFrom(queues[queue].url, max);
      for (const { ReceiptHandle } of tasks) leased.set(ReceiptHandle, queue);
      return tasks;
    },
    async acknowledge(queue, { ReceiptHandle }) {
      leased.delete(ReceiptHandle);
      await client.send(new DeleteMessageCommand({ QueueUrl: queues[queue].url, ReceiptHandle }));
    },
    release: (queue, task) => release(queue, task.ReceiptHandle),
    async expireLeases() {
      await Promise.all([...leased].map(([handle, queue]) => release(queue, handle)));
    },
    receiveDead: (queue) => receiveFrom(queues[queue].deadUrl, 10),
    async close() {
      client.destroy();
      await server.close();
    },
  };
});
