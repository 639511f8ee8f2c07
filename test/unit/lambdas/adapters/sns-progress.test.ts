import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { hastySnsClient, snsClient, sqsClient } from '../../../../lambdas/adapters/clients.ts';
import { snsProgress } from '../../../../lambdas/adapters/sns-progress.ts';
import { stubAwsEnvironment } from '../../../support/emulators/aws-environment.ts';
import { type Loopback, listen } from '../../../support/emulators/loopback.ts';
import { jsonError, startScripted } from '../../../support/emulators/scripted-server.ts';
import { createTopic } from '../../../support/emulators/sns-topic.ts';
import { startSqsAndSns } from '../../../support/emulators/sqs-sns-server.ts';
import { liveMessageWith } from '../../../support/live-message-factory.ts';

const TOPIC = 'arn:aws:sns:eu-central-1:111122223333:progress';
let server: Loopback;

beforeEach(() => stubAwsEnvironment({}));
afterEach(() => server.close());

function publish(): Promise<void> {
  stubAwsEnvironment({ AWS_ENDPOINT_URL_SNS: server.url });
  return snsProgress(hastySnsClient(), TOPIC).publish(liveMessageWith());
}

/** The milliseconds that publishing takes: the least of five, as the tests beside this one slow the machine. */
async function timePublishing(): Promise<number> {
  const times: number[] = [];
  while (times.length < 5) {
    const startedAt = performance.now();
    await publish();
    times.push(performance.now() - startedAt);
  }
  return Math.min(...times);
}

describe('progress', () => {
  it('arrives at the topic as JSON', async () => {
    server = await startSqsAndSns();
    stubAwsEnvironment({ AWS_ENDPOINT_URL_SNS: server.url, AWS_ENDPOINT_URL_SQS: server.url });
    const { topicArn, notifications } = await createTopic(snsClient(), sqsClient());
    await snsProgress(hastySnsClient(), topicArn).publish(liveMessageWith({ revision: 7 }));
    const [notification] = await vi.waitUntil(async () => {
      const all = await notifications();
      return all.length > 0 ? all : undefined;
    });
    expect(JSON.parse(notification?.Message ?? '')).toEqual(liveMessageWith({ revision: 7 }));
  });

  it('delays nobody for longer than 200 ms where the topic hangs', async () => {
    server = await listen(createServer(() => {}));
    expect(await timePublishing()).toBeLessThan(200);
  });

  it.each([500, 400, 403])(
    'is lost in silence where the topic answers %i, without another try',
    async (status) => {
      const scripted = await startScripted(jsonError(status, 'Whatever'));
      server = scripted;
      await publish();
      await vi.waitFor(() => expect(scripted.requests).toHaveLength(1));
      await sleep(300);
      expect(scripted.requests).toHaveLength(1);
    },
  );

  it('is lost in silence where nobody listens', async () => {
    server = await listen(createServer());
    await server.close();
    expect(await timePublishing()).toBeLessThan(200);
    server = await listen(createServer());
  });
});
