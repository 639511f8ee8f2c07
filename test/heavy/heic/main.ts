import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { PermanentError } from '../../../core/errors.ts';
import { imagingWith } from '../../../core/image/imaging.ts';
import { type Pixels, toPixels } from '../../../core/image/pixels.ts';
import { sharp } from '../../../core/image/sharp-setup.ts';
import { readExif } from '../../../core/image/source/exif.ts';
import type { HeicDecoder } from '../../../core/image/source/heic-decoder.ts';
import type { Imaging } from '../../../core/image/types.ts';
import { installHeicPackage } from '../../../docker/heic-package.ts';
import { findHeicDecoder } from '../../../heic/find-decoder.ts';
import { LIMITS, recipeOf } from '../../support/fixtures/pictures.ts';
import { mutateBytes } from '../../support/mutations/bytes.ts';
import { mutateChunks } from '../../support/mutations/chunks.ts';
import { BOXES } from '../../support/mutations/containers.ts';
import { installPythonTools } from '../../support/python-tools.ts';
import { run } from '../../support/run-command.ts';
import { Random } from '../../support/simulated/random.ts';

/*
 * Decodes HEIC photos with the real package, and compares the pixels with those of pillow-heif, which is libheif and
 * libde265 in native code. Installs both by itself. Then it damages the photos: each must be refused, or be sound.
 */

const ROOT = join(import.meta.dirname, '..', '..', '..');
const PYTHON = join(ROOT, '.cache', 'heic-oracle');
const PACKAGES = ['pillow==13.0.0', 'numpy==2.4.6', 'pillow-heif==1.8.1'];
const RECIPE = recipeOf({
  resize: { ratio: 1 },
  output: { format: 'png' },
  rotations: [],
  metadata: { keep: 'copyright' },
});
/** In levels: conversions of profiles round differently, and ten bits go to eight by rounding or by cutting off. */
const DISTANCE = { most: 2, mean: 0.6 } as const;
const FIXTURES = join(ROOT, 'test', 'support', 'fixtures');
/** Photos to make files of, and one with a profile. */
const REFERENCES = [
  join(FIXTURES, 'reference', 'photos'),
  join(FIXTURES, 'photos', 'colour', 'display-p3.png'),
];
const CUTS = 12;
const MUTANTS = 150;

const folder = mkdtempSync(join(tmpdir(), 'darkroom-heic-'));
try {
  installHeicPackage(join(folder, 'node_modules'));
  const decodeHeic = findHeicDecoder(join(folder, 'index.js'));
  assert(decodeHeic !== undefined, 'expected to find the package that was just installed');
  await installPythonTools(PYTHON, PACKAGES, ['pillow_heif', 'numpy']);
  await run(join(PYTHON, 'bin', 'python'), [
    join(import.meta.dirname, 'make_files.py'),
    folder,
    ...REFERENCES,
  ]);
  const imaging = imagingWith({ decodeHeic });
  const photos = readdirSync(folder).filter((name) => name.endsWith('.heic'));
  assert(photos.length >= 18, `expected the photos of make_files.py, found ${photos.length}`);
  for (const name of photos) await checkPhoto(imaging, join(folder, name));
  await checkLimits(decodeHeic, readFileSync(join(folder, 'grid.heic')));
  await checkCuts(imaging, readFileSync(join(folder, 'grid.heic')));
  await checkMutants(
    imaging,
    photos.map((name) => readFileSync(join(folder, name))),
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function checkPhoto(imaging: Imaging, path: string): Promise<void> {
  const name = basename(path, '.heic');
  const bytes = readFileSync(path);
  if (name.startsWith('damaged')) {
    assert.equal(await endingOf(imaging, bytes), 'CORRUPT_IMAGE', name);
    console.log(`${name}: refused`);
    return;
  }
  const { processed, exif } = await imaging.process(bytes, RECIPE, LIMITS);
  const [ours, theirs] = [
    await pixelsOf(processed.bytes),
    await pixelsOf(readFileSync(path.replace('.heic', '.png'))),
  ];
  assert.deepEqual([ours.widthPx, ours.heightPx], [theirs.widthPx, theirs.heightPx], name);
  const levels = ours.data.map((level, index) => Math.abs(level - (theirs.data[index] ?? 0)));
  const most = levels.reduce((largest, level) => Math.max(largest, level), 0);
  const mean = levels.reduce((sum, level) => sum + level, 0) / levels.length;
  console.log(`${name}: at most ${most}, on average ${mean.toFixed(3)} levels from pillow-heif`);
  assert(most <= DISTANCE.most && mean <= DISTANCE.mean, `${name}: too far from pillow-heif`);
  if (!name.startsWith('orientation')) return;
  assert.equal(exif?.Image?.Artist, 'Ansel Adams', name);
  const kept = readExif((await sharp(processed.bytes).metadata()).exif);
  assert.deepEqual([kept?.Image?.Artist, kept?.GPSInfo], ['Ansel Adams', undefined], name);
}

/** The process ends when its time is over. */
async function checkLimits(decode: HeicDecoder, bytes: Buffer): Promise<void> {
  const request = { bytes, widthPx: 300, heightPx: 170, hasAlpha: false, isWide: false, timeoutMs: 1 };
  await assert.rejects(decode(request), { code: 'PROCESSING_LIMIT' });
  // A heap for one pixel does not hold the picture: the decoder must notice, and nobody else.
  await assert.rejects(decode({ ...request, widthPx: 1, heightPx: 1, timeoutMs: 60_000 }), {
    code: 'CORRUPT_IMAGE',
  });
  console.log('limits: hold');
}

/** A file that ends early has lost pixels, wherever it is cut. */
async function checkCuts(imaging: Imaging, bytes: Buffer): Promise<void> {
  for (let cut = 1; cut <= CUTS; cut++) {
    const end = Math.floor((bytes.length * cut) / (CUTS + 1));
    assert.notEqual(await endingOf(imaging, bytes.subarray(0, end)), 'COMPLETE', `cut off at ${end}`);
  }
  console.log(`${CUTS} cuts: all refused`);
}

/**
 * Whatever bytes come, the work ends with a picture or a reason. HEVC has no checksums, so damage of its data may leave no
 * trace. pillow-heif must then see none either: it decodes each such file, to the same size.
 */
async function checkMutants(imaging: Imaging, seeds: readonly Buffer[]): Promise<void> {
  const endings: Record<string, number> = {};
  const damaged = join(folder, 'damaged');
  mkdirSync(damaged);
  for (let number = 0; number < MUTANTS; number++) {
    const random = new Random(number);
    const bytes = mutant(random.pick(seeds), random);
    const ending = await endingOf(imaging, bytes, (png) => {
      writeFileSync(join(damaged, `${number}.heic`), bytes);
      writeFileSync(join(damaged, `${number}.png`), png);
    });
    endings[ending] = (endings[ending] ?? 0) + 1;
  }
  console.log(`${MUTANTS} mutants: ${JSON.stringify(endings)}`);
  const answer = await run(join(PYTHON, 'bin', 'python'), [
    join(import.meta.dirname, 'compare_damaged.py'),
    damaged,
    ...REFERENCES,
  ]);
  const { sameSize, near } = JSON.parse(answer) as { sameSize: number; near: number };
  console.log(
    `of the COMPLETE ones, pillow-heif reads ${sameSize} to the same size, ${near} within 2 levels`,
  );
  assert.equal(sameSize, endings.COMPLETE, 'expected pillow-heif to read whatever is COMPLETE');
  assert((endings.COMPLETE ?? 0) > 0 && Object.keys(endings).length > 1, 'expected mutants of both kinds');
}

function mutant(bytes: Buffer, random: Random): Buffer {
  if (random.chance(0.4)) return mutateBytes(bytes, random);
  const inMeta = (data: Buffer) => {
    const boxes = mutateChunks(
      BOXES.split(data.subarray(4)),
      [],
      (box) => ({ ...box, data: mutateBytes(box.data, random) }),
      random,
    );
    return Buffer.concat([data.subarray(0, 4), BOXES.join(boxes)]);
  };
  return BOXES.join(
    BOXES.split(bytes).map(({ name, data }) => ({ name, data: name === 'meta' ? inMeta(data) : data })),
  );
}

/** How the work on a file ends. */
async function endingOf(
  imaging: Imaging,
  bytes: Buffer,
  onComplete?: (png: Buffer) => void,
): Promise<string> {
  try {
    const limits = { ...LIMITS, maxPixels: 4_000_000, timeoutMs: 30_000 };
    const { processed } = await imaging.process(bytes, RECIPE, limits);
    onComplete?.(processed.bytes);
    return 'COMPLETE';
  } catch (error) {
    if (error instanceof PermanentError) return error.code;
    throw error;
  }
}

async function pixelsOf(png: Buffer): Promise<Pixels> {
  return toPixels(sharp(png));
}
