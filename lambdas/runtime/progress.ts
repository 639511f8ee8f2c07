import type { Progress } from '../../core/ports.ts';
import type { DeployedSettings } from '../../core/settings.ts';
import { hastySnsClient } from '../adapters/clients.ts';
import { snsProgress } from '../adapters/sns-progress.ts';

/** Progress to the topic of live messages. A deployment of an older release has none, and nobody watches there. */
export function functionProgress({ progressTopicArn }: DeployedSettings): Progress {
  if (progressTopicArn === undefined) return { publish: async () => {} };
  return snsProgress(hastySnsClient(), progressTopicArn);
}
