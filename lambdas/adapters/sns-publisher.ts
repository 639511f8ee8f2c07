import { type MessageAttributeValue, PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { CompletionEvent } from '../../core/pipeline/messages/completion.ts';
import type { EventPublisher } from '../../core/ports.ts';
import { wrapAwsErrors } from './aws-errors.ts';

/**
 * Publishes events to one topic as JSON, with the attributes by which subscribers filter. An event holds links, never
 * data. The largest event has 16 rotations with keys of 1,024 bytes, and stays below SNS's limit of 256 KB.
 */
export function snsPublisher(client: SNSClient, topicArn: string): EventPublisher {
  return {
    async publish(event) {
      const command = new PublishCommand({
        TopicArn: topicArn,
        Message: JSON.stringify(event),
        MessageAttributes: attributesOf(event),
      });
      await wrapAwsErrors('SNS', client.send(command));
    },
  };
}

/** SNS accepts no empty attribute, so those without a value are left out. */
function attributesOf({ type, recipe, owner }: CompletionEvent): Record<string, MessageAttributeValue> {
  const attributes: Record<string, MessageAttributeValue> = {};
  for (const [name, value] of Object.entries({ type, recipe, owner })) {
    if (value) attributes[name] = { DataType: 'String', StringValue: value };
  }
  return attributes;
}
