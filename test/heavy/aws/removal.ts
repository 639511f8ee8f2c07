import assert from 'node:assert/strict';
import { WORKERS } from '../../../core/names.ts';
import { OUTER_FUNCTIONS } from '../../../docker/bundle.ts';
import { deploy, destroy, type Settings, stackOf } from './cdk.ts';
import type { Deployment } from './deployment.ts';
import { takeInventory } from './inventory.ts';
import { emptyBucket, unprotect } from './stack.ts';

/** A log for each function and for the upload of the app, and the access logs of the HTTP API and of the live updates. */
const LOGS = WORKERS.length + OUTER_FUNCTIONS.length + 3;
/** What prod keeps: users, the catalog, the logs, the images and the access logs of their buckets. */
const KEPT = {
  'AWS::Cognito::UserPool': 1,
  'AWS::DynamoDB::Table': 1,
  'AWS::Logs::LogGroup': LOGS,
  'AWS::S3::Bucket': 3,
};

/** dev leaves nothing behind. */
export async function checkRemoval(
  deployment: Deployment,
  settings: Settings,
  before: readonly string[],
): Promise<void> {
  await deployment.subscriber.end();
  await emptyBucket(deployment.outputs.SourceBucketName);
  await emptyBucket(deployment.outputs.ProcessedBucketName);
  await destroy(settings);
  assert.deepEqual(await takeInventory(), before);
}

/** prod cannot be destroyed by mistake, and its data and logs outlive it. */
export async function checkRetention(settings: Settings, before: readonly string[]): Promise<void> {
  await deploy(settings);
  await assert.rejects(destroy(settings), /TerminationProtection/);
  await unprotect(stackOf(settings));
  await destroy(settings);
  const left = (await takeInventory()).filter((entry) => !before.includes(entry));
  const types = left.map((entry) => entry.slice(0, entry.indexOf(' ')));
  const counts = Object.fromEntries(
    [...new Set(types)].map((type) => [type, types.filter((each) => each === type).length]),
  );
  assert.deepEqual(counts, KEPT);
}
