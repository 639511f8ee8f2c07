import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LABEL_MODES } from '../../../core/labels/models.ts';
import { readModel } from '../../../labels/find-model.ts';
import { loadModel } from '../../../labels/model.ts';
import { run } from '../../support/run-command.ts';
import { compareWithReference } from './agreement.ts';
import { checkHostileFiles } from './hostile-files.ts';
import { checkKilledRun } from './killed-run.ts';
import { judgeLabelledPhotos } from './labelled-photos.ts';

/*
 * Installs what classification needs, makes all models, and holds them against PyTorch, labelled photos and hostile files.
 * docs/testing.md says what that proves.
 */

const ROOT = join(import.meta.dirname, '..', '..', '..');
const CACHE = join(ROOT, '.cache', 'labels');

const FOOLBOX = { package: 'foolbox==3.3.4', folder: join(CACHE, 'foolbox') };
/** Of its 20 photos of ImageNet, one after the other. */
const PHOTOS_SHA256 = 'd625818dacf79cc40ced71ff12f1d4955c3d2655ae4b047b3c93b1819cb8f3fe';

async function step<T>(name: string, work: () => Promise<T>): Promise<T> {
  const startedMs = performance.now();
  const result = await work();
  console.log(`${name}: ${((performance.now() - startedMs) / 1000).toFixed(1)} s`);
  return result;
}

async function install(): Promise<void> {
  await run('npm', ['ci', '--prefix', join(ROOT, 'labels'), '--no-audit', '--no-fund']);
}

async function makeModels(): Promise<void> {
  await run(process.execPath, [join(ROOT, 'labels', 'build', 'main.ts'), ...LABEL_MODES]);
  for (const mode of LABEL_MODES) await readModel(mode);
}

/** @returns the folder of the photos, whose names end in their class */
async function fetchPhotos(): Promise<string> {
  const { folder } = FOOLBOX;
  const photos = join(folder, 'foolbox', 'data');
  if (!existsSync(photos)) {
    const pip = join(CACHE, 'python', 'bin', 'pip');
    await run(pip, ['install', '--quiet', '--no-deps', '--target', folder, FOOLBOX.package]);
  }
  const names = (await readdir(photos)).filter((name) => name.startsWith('imagenet_')).sort();
  const hash = createHash('sha256');
  for (const name of names) hash.update(await readFile(join(photos, name)));
  const received = hash.digest('hex');
  if (received !== PHOTOS_SHA256) await rm(folder, { recursive: true });
  assert.equal(received, PHOTOS_SHA256, 'the photos are others than those of the reference');
  return photos;
}

/** A model with one changed byte is refused, and the message names both checksums. */
async function refuseDamagedModel(): Promise<void> {
  const bytes = Buffer.from(await readModel('fast'));
  bytes.writeUInt8(bytes.readUInt8(bytes.length >> 1) ^ 1, bytes.length >> 1);
  const { damagedModel } = await import('./damaged-model.ts');
  const message = await damagedModel(bytes);
  assert.match(message, /expected a file with the SHA-256 [0-9a-f]{64}, received [0-9a-f]{64}/);
}

try {
  await step('what classifies is installed', install);
  await step('all models are made, with their checksums', makeModels);
  const photos = await step('labelled photos', fetchPhotos);
  for (const mode of LABEL_MODES) {
    const model = await loadModel(mode);
    await step(`${mode}: as PyTorch`, () => compareWithReference(model, mode, photos));
    await step(`${mode}: labelled photos`, () => judgeLabelledPhotos(model, mode, photos));
    await model.close();
  }
  await step('hostile files', checkHostileFiles);
  await step('a damaged model', refuseDamagedModel);
  await step('a killed run', checkKilledRun);
  console.log('all of it held');
} catch (error) {
  console.error(error instanceof assert.AssertionError ? error.message : error);
  process.exitCode = 1;
}
