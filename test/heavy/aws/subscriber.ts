import { SNSClient, SubscribeCommand, UnsubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { type CompletionEvent, completionEventSchema } from '../../../core/pipeline/messages/completion.ts';

/** A completion message as a subscriber gets it. */
export interface Announcement {
  event: CompletionEvent;
  /** What subscribers filter by. */
  attributes: Record<string, string | undefined>;
}

/** A queue that is subscribed to the topic of a deployment, as docs/deploy.md has it. */
export class Subscriber {
  readonly #sqs = new SQSClient();
  readonly #sns = new SNSClient();
  /** By event id: whoever subscribes drops repeats by it. */
  readonly #announcements = new Map<string, Announcement>();
  /** The ids of those that somebody has expected. */
  readonly #expected = new Set<string>();
  #queueUrl = '';
  #subscriptionArn = '';

  async subscribe(topicArn: string): Promise<void> {
    const { QueueUrl = '' } = await this.#sqs.send(new CreateQueueCommand({ QueueName: 'subscriber' }));
    this.#queueUrl = QueueUrl;
    const { Attributes = {} } = await this.#sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
    );
    const policy = {
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Principal: { Service: 'sns.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: Attributes.QueueArn,
        Condition: { ArnEquals: { 'aws:SourceArn': topicArn } },
      },
    };
    await this.#sqs.send(
      new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy: JSON.stringify(policy) } }),
    );
    const { SubscriptionArn = '' } = await this.#sns.send(
      new SubscribeCommand({
        TopicArn: topicArn,
        Protocol: 'sqs',
        Endpoint: Attributes.QueueArn,
        Attributes: { RawMessageDelivery: 'true' },
        ReturnSubscriptionArn: true,
      }),
    );
    this.#subscriptionArn = SubscriptionArn;
  }

  /**
   * Receives until there is an announcement for every key that is asked for.
   *
   * @param type of the announcements; one of another type for such a key is an error
   * @returns one announcement a key, in their order
   */
  async expect(
    type: CompletionEvent['type'],
    keys: readonly string[],
    { attempt = 1, timeoutMs = 120_000 } = {},
  ): Promise<Announcement[]> {
    const found = (key: string) =>
      [...this.#announcements.values()].find(
        ({ event }) =>
          event.source.key === key && event.attempt === attempt && !this.#expected.has(event.eventId),
      );
    const deadline = Date.now() + timeoutMs;
    while (!keys.every(found)) {
      if (Date.now() > deadline) {
        const missing = keys.filter((key) => !found(key));
        throw new Error(
          `expected ${type} within ${timeoutMs / 1000} s, received none for: ${missing.join(', ')}`,
        );
      }
      await this.#receive();
    }
    return keys.map((key) => {
      const announcement = found(key) as Announcement;
      const { eventId, type: received, reason } = announcement.event;
      if (received !== type) {
        throw new Error(`${key}: expected ${type}, received ${received}: ${reason?.message}`);
      }
      this.#expected.add(eventId);
      return announcement;
    });
  }
  /**
   * Ends the subscription.
   *
   * @throws Error where anything came that nobody expected
   */
  async end(): Promise<void> {
    await this.#receive();
    const surprises = [...this.#announcements.values()].filter(
      ({ event }) => !this.#expected.has(event.eventId),
    );
    if (surprises.length > 0)
      throw new Error(`expected no more messages, received ${JSON.stringify(surprises)}`);
    await this.#sns.send(new UnsubscribeCommand({ SubscriptionArn: this.#subscriptionArn }));
    await this.#sqs.send(new DeleteQueueCommand({ QueueUrl: this.#queueUrl }));
  }

  async #receive(): Promise<void> {
    const { Messages = [] } = await this.#sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: this.#queueUrl,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: 2,
        MessageAttributeNames: ['All'],
      }),
    );
    for (const message of Messages) {
      const announcement = read(message);
      this.#announcements.set(announcement.event.eventId, announcement);
      const { ReceiptHandle } = message;
      await this.#sqs.send(new DeleteMessageCommand({ QueueUrl: this.#queueUrl, ReceiptHandle }));
    }
  }
}

function read({ Body = '', MessageAttributes = {} }: Message): Announcement {
  const attributes = Object.entries(MessageAttributes).map(([name, { StringValue }]) => [name, StringValue]);
  return { event: completionEventSchema.parse(JSON.parse(Body)), attributes: Object.fromEntries(attributes) };
}
