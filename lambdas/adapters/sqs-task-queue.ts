import { setTimeout as sleep } from 'node:timers/promises';
import {
  GetQueueAttributesCommand,
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { TransientError } from '../../core/errors.ts';
import type { QueueName } from '../../core/names.ts';
import type { TaskQueue } from '../../core/ports.ts';
import { wrapAwsErrors } from './aws-errors.ts';

/** SQS's limits of a batch. Some regions accept 1 MiB, but no task of ours comes near 256 KiB. */
const MAX_BATCH_ENTRIES = 10;
const MAX_BATCH_BYTES = 256 * 1024;

/** SQS can accept part of a batch. The rest is sent again after each of these pauses. */
const RETRY_PAUSES_MS = [100, 400];

const WAITING_COUNTS = [
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesNotVisible',
  'ApproximateNumberOfMessagesDelayed',
] as const;

/** The queues in SQS, each by its URL. */
export function sqsTaskQueue(
  client: SQSClient,
  queueUrls: Readonly<Partial<Record<QueueName, string | undefined>>>,
): TaskQueue {
  function urlOf(queue: QueueName): string {
    const url = queueUrls[queue];
    if (url !== undefined) return url;
    throw new TransientError('NO_QUEUE', `This deployment has no ${queue} queue.`);
  }

  /** @returns the entries that SQS did not accept */
  async function sendBatch(
    QueueUrl: string,
    Entries: SendMessageBatchRequestEntry[],
  ): Promise<SendMessageBatchRequestEntry[]> {
    const command = new SendMessageBatchCommand({ QueueUrl, Entries });
    const { Failed = [] } = await wrapAwsErrors('SQS', client.send(command));
    const failedIds = new Set(Failed.map(({ Id }) => Id));
    return Entries.filter(({ Id }) => failedIds.has(Id));
  }

  return {
    async send(queue, bodies) {
      const url = urlOf(queue);
      for (const batch of batchesOf(bodies)) {
        let refused = await sendBatch(url, batch);
        for (const pauseMs of RETRY_PAUSES_MS) {
          if (refused.length === 0) break;
          await sleep(pauseMs);
          refused = await sendBatch(url, refused);
        }
        if (refused.length > 0) {
          throw new TransientError(
            'BatchRefused',
            `SQS did not accept ${refused.length} of ${batch.length} messages for the ${queue} queue.`,
          );
        }
      }
    },

    async backlog(queue) {
      const command = new GetQueueAttributesCommand({
        QueueUrl: urlOf(queue),
        AttributeNames: [...WAITING_COUNTS],
      });
      const { Attributes = {} } = await wrapAwsErrors('SQS', client.send(command));
      return WAITING_COUNTS.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0);
    },
  };
}

function batchesOf(bodies: readonly string[]): SendMessageBatchRequestEntry[][] {
  const batches: SendMessageBatchRequestEntry[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const [index, body] of bodies.entries()) {
    const size = Buffer.byteLength(body);
    let batch = batches.at(-1);
    if (!batch || batch.length === MAX_BATCH_ENTRIES || bytes + size > MAX_BATCH_BYTES) {
      batch = [];
      batches.push(batch);
      bytes = 0;
    }
    batch.push({ Id: String(index), MessageBody: body });
    bytes += size;
  }
  return batches;
}
