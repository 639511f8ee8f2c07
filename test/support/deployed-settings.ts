import type { DeployedSettingsJson } from '../../core/settings.ts';

/** The settings of a deployment as JSON, as its functions read them; those that a test does not name are made up. */
export function settingsJson(changes: Partial<DeployedSettingsJson> = {}): string {
  const settings: DeployedSettingsJson = {
    sourceBucket: 'source',
    processedBucket: 'outputs',
    recipes: {},
    limits: {
      maxBytes: 1_000_000,
      maxPixels: 1_000_000,
      maxPages: 10,
      maxMemoryBytes: 1e9,
      timeoutMs: 20_000,
    },
    maxStarts: 3,
    maxStartMs: 60_000,
    stuckAfterMs: 2_160_000,
    maxRepairs: 3,
    tableName: 'catalog',
    queueUrls: {
      ingest: 'https://sqs.example.test/ingest',
      parts: 'https://sqs.example.test/parts',
      exports: 'https://sqs.example.test/exports',
    },
    deadLetterQueueArns: {
      ingest: 'arn:aws:sqs:eu-central-1:000000000000:ingest-dead',
      exports: 'arn:aws:sqs:eu-central-1:000000000000:exports-dead',
      parts: 'arn:aws:sqs:eu-central-1:000000000000:parts-dead',
    },
    topicArn: 'arn:aws:sns:eu-central-1:000000000000:completions',
    signerRoleArn: 'arn:aws:iam::000000000000:role/signer',
    urlTtlS: 3_600,
    ...changes,
  };
  return JSON.stringify(settings);
}
