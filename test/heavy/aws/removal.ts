import assert from 'node:assert/strict';
import { deploy, destroy, type Settings, stackOf } from './cdk.ts';
import type { Deployment } from './deployment.ts';
import { takeInventory } from './inventory.ts';
import { emptyBucket, unprotect } from './stack.ts';

/** What of prod is meant to be kept: the catalog, the logs of the five functions, the images and who asked for them. */
const KEPT = { 'AWS::DynamoDB::Table': 1, 'AWS::Logs::LogGroup': 5, 'AWS::S3::Bucket': 3 };

/** Of dev nothing is left, beside what was there before. */
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

/** prod can't be destroyed by mistake, and its data and logs stay when it is. */
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
