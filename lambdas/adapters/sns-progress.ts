import { setTimeout as sleep } from 'node:timers/promises';
import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { Progress } from '../../core/ports.ts';

/** A worker waits no longer than this, so that with the work around it the port's 200 ms hold. */
const PATIENCE_MS = 150;

/**
 * Publishes live messages to a topic. A message that takes long may still arrive; one that fails is lost, and nothing
 * reports it, because readers also learn the end of a run from the completion topic.
 *
 * @param client one that gives up soon: `hastySnsClient`
 */
export function snsProgress(client: SNSClient, topicArn: string): Progress {
  return {
    async publish(message) {
      const command = new PublishCommand({ TopicArn: topicArn, Message: JSON.stringify(message) });
      const sent = client.send(command).then(ignore, ignore);
      const stop = new AbortController();
      const patience = sleep(PATIENCE_MS, undefined, { signal: stop.signal }).catch(ignore);
      await Promise.race([sent, patience]);
      stop.abort();
    },
  };
}

function ignore(): void {}
