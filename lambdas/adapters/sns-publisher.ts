import { type MessageAttributeValue, PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { CompletionEvent } from '../../core/pipeline/messages/completion.ts';
import type { EventPublisher } from '../../core/ports.ts';
import { wrapAwsErrors } from './aws-errors.ts';

/**
 * Publishes to one topic: the event as JSON, with the attributes that subscribers filter by. An event holds links,
 * never data, so that the largest (16 rotations under keys of 1,024 bytes) stays under SNS's limit of 256 KB.
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

/** An attribute that has no value is left out: SNS takes no empty ones. */
function attributesOf({ type, recipe, owner }: CompletionEvent): Record<string, MessageAttributeValue> {
  const attributes: Record<string, MessageAttributeValue> = {};
  for (const [name, value] of Object.entries({ type, recipe, owner })) {
    if (value) attributes[name] = { DataType: 'String', StringValue: value };
  }
  return attributes;
}
