import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { QUEUES } from '../../core/names.ts';
import type { QueueStatus } from '../status/report.ts';
import type { Deployment } from './deployment.ts';
import { explainAwsErrors } from './error-messages.ts';

/**
 * The queues of a deployment, with the number of messages in each.
 *
 * @throws AwsError
 */
export function queueStatuses(client: SQSClient, deployment: Deployment): Promise<QueueStatus[]> {
  const { settings, queueUrls } = deployment;
  return Promise.all(
    QUEUES.flatMap((name) => {
      const url = settings.queueUrls[name];
      return url === undefined ? [] : [{ name, url }];
    }).map(async ({ name, url }) => {
      const deadName = settings.deadLetterQueueArns?.[name]?.split(':').at(-1);
      const deadUrl = [...queueUrls.values()].find((candidate) => candidate.endsWith(`/${deadName}`)) ?? '';
      const [alive, dead] = await Promise.all([countsOf(client, url), countsOf(client, deadUrl)]);
      return { name, ...alive, deadLetters: dead.waiting + dead.inFlight + dead.delayed };
    }),
  );
}

async function countsOf(client: SQSClient, QueueUrl: string) {
  const command = new GetQueueAttributesCommand({
    QueueUrl,
    AttributeNames: [
      'ApproximateNumberOfMessages',
      'ApproximateNumberOfMessagesNotVisible',
      'ApproximateNumberOfMessagesDelayed',
    ],
  });
  const { Attributes = {} } = await explainAwsErrors('sqs:GetQueueAttributes', client.send(command));
  return {
    waiting: Number(Attributes.ApproximateNumberOfMessages ?? 0),
    inFlight: Number(Attributes.ApproximateNumberOfMessagesNotVisible ?? 0),
    delayed: Number(Attributes.ApproximateNumberOfMessagesDelayed ?? 0),
  };
}
