import { CreateTopicCommand, type SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { DeleteMessageCommand, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { queueArn, urlOfNew } from './sqs-queues.ts';

/** What SNS puts around a message that it delivers to a queue. */
interface Notification {
  Message: string;
  MessageAttributes?: Record<string, { Type: string; Value: string }>;
}

export interface SubscribedTopic {
  topicArn: string;
  /** Everything that the subscribed queue has got so far. */
  notifications(): Promise<Notification[]>;
}

/** A topic with a queue that is subscribed to it, to all its messages or to those that pass a filter. */
export async function createTopic(
  sns: SNSClient,
  sqs: SQSClient,
  filterPolicy: Record<string, unknown> = {},
): Promise<SubscribedTopic> {
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'events' }));
  const QueueUrl = await urlOfNew(sqs, 'subscriber', {});
  const Endpoint = await queueArn(sqs, QueueUrl);
  const Attributes = { FilterPolicy: JSON.stringify(filterPolicy) };
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint, Attributes }));
  const received: Notification[] = [];
  return {
    topicArn: String(TopicArn),
    async notifications() {
      for (;;) {
        const command = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 });
        const { Messages = [] } = await sqs.send(command);
        if (Messages.length === 0) return received;
        for (const { Body, ReceiptHandle } of Messages) {
          received.push(JSON.parse(String(Body)));
          await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
        }
      }
    },
  };
}
