import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { bootstrap, deploy, type Settings } from '../cdk.ts';
import { Deployment } from '../deployment.ts';
import { CACHE, endOfLog, startEmulator } from '../emulator.ts';
import { allowBatches, allowRepositoryList } from '../faults.ts';
import { takeInventory } from '../inventory.ts';
import { processOnLaptop } from '../laptop.ts';
import { makePhotos } from '../photos.ts';
import { checkProcessing } from '../processing.ts';
import { checkRemoval } from '../removal.ts';
import { step } from '../step.ts';
import { expectToHaveRun, takeImageAway } from './deployed-images.ts';
import { DOCKER_ENVIRONMENT, startDockerService } from './docker-service.ts';

/*
 * Deploys dev with container images: CDK builds the image, pushes it to the registry of the emulator, and the functions
 * run from what is fetched from there. Runs in a network of its own, which ../main.ts makes; see docs/testing.md.
 */

const PHOTOS = 6;

/** The names of the registry are those of AWS, which have no port. */
const HTTPS = 443;

const SETTINGS: Settings = {
  stage: 'dev',
  packaging: 'image',
  baseImage: process.env.BASE_IMAGE,
  architecture: process.arch === 'arm64' ? 'arm64' : 'x86_64',
  maxConcurrency: 2,
};

async function check(): Promise<void> {
  const laptop = join(CACHE, 'laptop');
  await rm(laptop, { recursive: true, force: true });
  const photos = (await makePhotos()).slice(0, PHOTOS);
  const onLaptop = await processOnLaptop(laptop, photos, {});

  await step('cdk bootstrap', bootstrap);
  await allowRepositoryList();
  const before = await takeInventory();
  const outputs = await step('cdk deploy, image built and pushed', () => deploy(SETTINGS));
  const deployment = await Deployment.open(SETTINGS, outputs);
  const image = await takeImageAway(deployment);
  const denyBatches = await allowBatches(deployment);
  await step(`${PHOTOS} photos, as on the laptop`, () => checkProcessing(deployment, photos, onLaptop));
  await expectToHaveRun(image);
  await denyBatches();
  await step('cdk destroy, nothing left', () => checkRemoval(deployment, SETTINGS, before));
}

const docker = await startDockerService();
const { environment } = docker;
// Containers call it from their bridge, and nobody else can: this network leads nowhere.
const emulator = await startEmulator({ address: '0.0.0.0', port: HTTPS, environment });
Object.assign(process.env, DOCKER_ENVIRONMENT, { CDK_DOCKER: join(import.meta.dirname, 'docker.ts') });
try {
  await check();
} catch (error) {
  console.error(error);
  console.error(`\nThe end of MiniStack's log:\n${endOfLog(40)}`);
  process.exitCode = 1;
} finally {
  await emulator.stop();
  docker.stop();
}
