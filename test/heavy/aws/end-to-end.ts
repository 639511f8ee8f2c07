import assert from 'node:assert/strict';
import { join } from 'node:path';
import { run } from '../../support/run-command.ts';
import type { Deployment } from './deployment.ts';
import { REPOSITORY } from './emulator.ts';

/** The uploads of `npm run test:deployed`, and their outcomes. */
const SAMPLES = {
  'image.completed': 'end-to-end-check/photo.jpg',
  'image.rejected': 'end-to-end-check/broken.jpg',
} as const;

/** The check that pipelines run after a deployment passes with its role, and fails if the deployment is broken. */
export async function checkEndToEnd(deployment: Deployment): Promise<void> {
  const { stack, outputs, subscriber } = deployment;
  const said = await endToEndCheck('--stack', stack);
  assert.match(said, /photo\.jpg: COMPLETE, 5 outputs/);
  assert.match(said, /broken\.jpg: REJECTED \(CORRUPT_IMAGE\)/);
  for (const type of ['image.completed', 'image.rejected'] as const) {
    await subscriber.expect(type, [SAMPLES[type]]);
    deployment.uploads += 1;
  }

  const role = deployment.resources.find(({ logicalId }) => logicalId.startsWith('CheckRole'));
  assert.ok(role);
  const misled = endToEndCheck(
    ...['--source-bucket', outputs.ProcessedBucketName],
    ...['--processed-bucket', outputs.ProcessedBucketName],
    ...['--catalog-table', outputs.CatalogTableName],
    ...['--role', `arn:aws:iam::111122223333:role/${role.physicalId}`],
  );
  await assert.rejects(misled, /ended with 1:\nthe check failed: .* s3:PutObject/);
}

function endToEndCheck(...args: string[]): Promise<string> {
  return run(process.execPath, [join(REPOSITORY, 'test', 'heavy', 'deployed', 'main.ts'), ...args]);
}
