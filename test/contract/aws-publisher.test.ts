import { afterEach, describe, expect, it } from 'vitest';
import type { CompletionEvent } from '../../core/pipeline/messages/completion.ts';
import { snsClient, sqsClient } from '../../lambdas/adapters/clients.ts';
import { snsPublisher } from '../../lambdas/adapters/sns-publisher.ts';
import { completionWith } from '../support/completion-factory.ts';
import { stubAwsEnvironment } from '../support/emulators/aws-environment.ts';
import { createTopic } from '../support/emulators/sns-topic.ts';
import { startSqsAndSns } from '../support/emulators/sqs-sns-server.ts';
import { describeAnnouncerContract } from './publisher-contract.ts';

async function startTopic(filterPolicy?: Record<string, unknown>) {
  const server = await startSqsAndSns();
  stubAwsEnvironment({ AWS_ENDPOINT_URL_SNS: server.url, AWS_ENDPOINT_URL_SQS: server.url });
  const [sns, sqs] = [snsClient(), sqsClient()];
  const topic = await createTopic(sns, sqs, filterPolicy);
  return {
    publisher: snsPublisher(sns, topic.topicArn),
    notifications: topic.notifications,
    async close() {
      sns.destroy();
      sqs.destroy();
      await server.close();
    },
  };
}

describeAnnouncerContract('SNS', async () => {
  const { publisher, notifications, close } = await startTopic();
  const received = async () => (await notifications()).map(({ Message }) => JSON.parse(Message));
  return { publisher, received, close };
});

describe('SNS announcer', () => {
  let close = async () => {};
  afterEach(() => close());

  async function published(event: CompletionEvent, filterPolicy?: Record<string, unknown>) {
    const topic = await startTopic(filterPolicy);
    close = topic.close;
    await topic.publisher.publish(event);
    return topic.notifications();
  }

  it('carries what subscribers filter by as attributes', async () => {
    const [notification] = await published(
      completionWith('attributes', { owner: 'user-1', recipe: 'vivid' }),
    );
    expect(notification?.MessageAttributes).toEqual({
      type: { Type: 'String', Value: 'image.completed' },
      recipe: { Type: 'String', Value: 'vivid' },
      owner: { Type: 'String', Value: 'user-1' },
    });
  });

  it('leaves out an attribute that has no value', async () => {
    const event = completionWith('no owner', { type: 'image.rejected', owner: null, recipe: null });
    const [notification] = await published(event);
    expect(notification?.MessageAttributes).toEqual({ type: { Type: 'String', Value: 'image.rejected' } });
  });

  it('lets a filter of the subscription pass and hold back', async () => {
    const event = completionWith('filtered', { recipe: 'vivid' });
    expect(await published(event, { recipe: ['vivid'] })).toHaveLength(1);
    await close();
    expect(await published(event, { recipe: ['plain'] })).toEqual([]);
  });

  it('stays under the limit of 256 KB with the most outputs, the longest keys and the longest links', async () => {
    const [output] = completionWith('largest').outputs;
    if (!output) throw new Error('expected an event with an output');
    // A key of 1,024 bytes is three times as long in a link; a session token takes up to 2,500 characters more.
    const largest = {
      ...output,
      key: 'ü'.repeat(512),
      url: `https://example.test/${'x'.repeat(3_072 + 3_000)}`,
    };
    const event = completionWith('largest', { outputs: Array.from({ length: 17 }, () => largest) });
    const [notification] = await published(event);
    expect(JSON.parse(notification?.Message ?? '')).toEqual(event);
  });
});
