import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { checkAdministration } from './administration.ts';
import { checkApi } from './api.ts';
import { checkApp } from './app.ts';
import { bootstrap, deploy, type Settings } from './cdk.ts';
import { Deployment } from './deployment.ts';
import { CACHE, type Emulator, endOfLog, installEmulator, startEmulator } from './emulator.ts';
import { checkEndToEnd } from './end-to-end.ts';
import { checkPoisonImage, checkPoisonMessage, checkRedrive, checkRejections } from './failures.ts';
import { allowBatches } from './faults.ts';
import { checkHardened } from './hardened.ts';
import { checkImages } from './images/run.ts';
import { expectInventoryOf, takeInventory } from './inventory.ts';
import { checkLabels, LABELLED_RECIPE } from './labels.ts';
import { processOnLaptop } from './laptop.ts';
import { makePhotos, OWN_RECIPE, SLOW_RECIPE } from './photos.ts';
import { checkProcessing, checkScheduledFunctions } from './processing.ts';
import { checkRemoval, checkRetention } from './removal.ts';
import { secondsSince, step } from './step.ts';

/*
 * Deploys dev with the real CDK to an emulator of AWS, uses it as its users do, breaks it, repairs it, updates it and
 * destroys it. docs/testing.md says what that proves.
 */

/** Two cores are enough for two invocations of each function. */
const SETTINGS: Settings = {
  stage: 'dev',
  packaging: 'zip',
  architecture: process.arch === 'arm64' ? 'arm64' : 'x86_64',
  maxConcurrency: 2,
  // The emulator's own account, which assumes the role of the end-to-end check.
  checkerAccount: '111122223333',
  machineClients: ['ci'],
  uploadQuota: { images: 20, bytes: 1_000_000_000 },
  exportQuota: { files: 10, bytes: 1_000_000_000 },
};

const RECIPES = {
  [OWN_RECIPE]: {
    resize: { widthPx: 400, heightPx: 400, fit: 'inside' },
    output: { format: 'webp', targetSsim: 0.95 },
    rotations: [90],
  },
  /** Takes long on any machine: a large picture, smoothed ten times, in the slowest format. In full size it would take too much memory. */
  [SLOW_RECIPE]: {
    resize: { ratio: 0.7 },
    filters: Array(10).fill('denoise'),
    output: { format: 'avif', targetSsim: 0.999 },
  },
};

/** The recipes that the update deploys. */
const CHANGED_RECIPES = {
  ...RECIPES,
  [OWN_RECIPE]: {
    resize: { widthPx: 120, heightPx: 120, fit: 'cover' },
    filters: ['grayscale'],
    output: { format: 'png' },
    rotations: [180],
  },
};

const startedAtMs = performance.now();

async function check(): Promise<void> {
  const laptop = join(CACHE, 'laptop');
  await rm(laptop, { recursive: true, force: true });
  const photos = await step('20 photos made', makePhotos);
  assert.equal(photos.length, 20);
  const onLaptop = await step('the laptop edition', () =>
    processOnLaptop(join(laptop, '1'), photos, RECIPES),
  );

  await step('cdk bootstrap', bootstrap);
  const before = await takeInventory();
  const outputs = await step('cdk deploy', () => deploy({ ...SETTINGS, recipes: RECIPES }));
  const deployment = await Deployment.open(SETTINGS, outputs);
  await expectInventoryOf(deployment.resources);
  const denyBatches = await allowBatches(deployment);

  await step('20 photos, as on the laptop', () => checkProcessing(deployment, photos, onLaptop));
  await step('the end-to-end check of a delivery', () => checkEndToEnd(deployment));
  await step('faulty files', () => checkRejections(deployment));
  await step('a failure, and its redrive', () => checkRedrive(deployment, photos, onLaptop));
  await step('a poison message', () => checkPoisonMessage(deployment));
  await step('a poison image', () => checkPoisonImage(deployment, photos));
  await step('the app, by CloudFront', () => checkApp(deployment));
  const session = await step('a user logs in, uploads and watches', () => checkApi(deployment));
  await step('trends, failures, quotas, an archive', () => checkAdministration(deployment, session));
  await step('scheduled functions', () => checkScheduledFunctions(deployment));

  await denyBatches();
  const recipes = { ...CHANGED_RECIPES, [LABELLED_RECIPE]: { rotations: [90], labels: {} } };
  const updated = await step('cdk deploy, a changed recipe and labels', () =>
    deploy({ ...SETTINGS, labels: 'fast', recipes }),
  );
  assert.deepEqual(updated, outputs, 'what holds data is replaced by no update');
  // The update has given the processor one more queue.
  const denyAgain = await allowBatches(deployment);
  const own = photos.filter(({ recipe }) => recipe === OWN_RECIPE);
  await step('the changed recipe acts', async () => {
    await checkProcessing(deployment, own, await processOnLaptop(join(laptop, '2'), own, CHANGED_RECIPES));
  });

  await step('labels', () => checkLabels(deployment));

  await denyAgain();
  await step('cdk destroy, nothing left', () => checkRemoval(deployment, SETTINGS, before));
  await step('prod keeps what it holds', () => checkRetention({ ...SETTINGS, stage: 'prod' }, before));
  await step('a key, a second region, access logs', () =>
    checkHardened(SETTINGS, photos.slice(0, 1), onLaptop),
  );
}

let emulator: Emulator | undefined;
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
try {
  assert.equal(process.platform, 'linux', "the functions are Linux's");
  await step('MiniStack installed', installEmulator);
  emulator = await step('MiniStack started', startEmulator);
  await check();
  await emulator.stop();
  emulator = undefined;
  await step('with container images, all of it', checkImages);
  console.log(`all of it held: ${secondsSince(startedAtMs)} s`);
} catch (error) {
  console.error(error);
  if (emulator) console.error(`\nThe end of MiniStack's log:\n${endOfLog(40)}`);
  process.exitCode = 1;
} finally {
  await emulator?.stop();
}
