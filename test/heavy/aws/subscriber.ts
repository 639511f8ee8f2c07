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

/** A completion message, as a subscriber receives it. */
export interface Completion {
  event: CompletionEvent;
  /** The attributes by which subscribers filter. */
  attributes: Record<string, string | undefined>;
}

/** A queue that is subscribed to the topic of a deployment, as in docs/deploy.md. */
export class Subscriber {
  readonly #sqs = new SQSClient();
  readonly #sns = new SNSClient();
  /** By event id, by which subscribers deduplicate. */
  readonly #completions = new Map<string, Completion>();
  /** The ids of the messages that were expected. */
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
   * Receives until there is a completion message for every key.
   *
   * @param type of the messages; one of another type for such a key is an error
   * @returns one message for each key, in the same order
   */
  async expect(
    type: CompletionEvent['type'],
    keys: readonly string[],
    { attempt = 1, timeoutMs = 120_000 } = {},
  ): Promise<Completion[]> {
    const found = (key: string) =>
      [...this.#completions.values()].find(
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
      const completion = found(key) as Completion;
      const { eventId, type: received, reason } = completion.event;
      if (received !== type) {
        throw new Error(`${key}: expected ${type}, received ${received}: ${reason?.message}`);
      }
      this.#expected.add(eventId);
      return completion;
    });
  }
  /**
   * Ends the subscription.
   *
   * @throws Error if an unexpected message came
   */
  async end(): Promise<void> {
    await this.#receive();
    const surprises = [...this.#completions.values()].filter(
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
      const completion = read(message);
      this.#completions.set(completion.event.eventId, completion);
      const { ReceiptHandle } = message;
      await this.#sqs.send(new DeleteMessageCommand({ QueueUrl: this.#queueUrl, ReceiptHandle }));
    }
  }
}

function read({ Body = '', MessageAttributes = {} }: Message): Completion {
  const attributes = Object.entries(MessageAttributes).map(([name, { StringValue }]) => [name, StringValue]);
  return { event: completionEventSchema.parse(JSON.parse(Body)), attributes: Object.fromEntries(attributes) };
}
