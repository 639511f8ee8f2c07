import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Quality } from '../../../core/image/types.ts';
import { outputsOf } from '../../../core/pipeline/outputs.ts';
import type { ImageRecord, Part } from '../../../core/pipeline/record.ts';
import { recipeSchema } from '../../../core/recipe.ts';
import { waitForEnd } from './outcome.ts';
import { checkOutputs, checkQuality } from './results.ts';

/** A photo from a camera that was held sideways: upright, it has 90 × 60 px. */
const photo = await sharp(plain(60, 90)).withMetadata({ orientation: 6 }).jpeg().toBuffer();

/** The outputs that a deployment should make of it with the recipe below. */
const pictures = new Map([
  ['processed', await sharp(plain(30, 20)).jpeg().toBuffer()],
  ['90', await sharp(plain(20, 30)).jpeg().toBuffer()],
]);
const recipe = recipeSchema.parse({ resize: { widthPx: 30, heightPx: 30, fit: 'inside' }, rotations: [90] });

const IDENTICAL = { ssim: 1, psnrDb: null, identical: true };
const QUALITY: Quality = {
  encode: { ssim: 0.98, psnrDb: 35, identical: false, ssimulacra2: 80 },
  detail: { ssim: 0.8, psnrDb: 25, identical: false },
  enhance: IDENTICAL,
};

function plain(width: number, height: number) {
  return { create: { width, height, channels: 3 as const, background: '#204060' } };
}

function part(variant: string, widthPx: number, heightPx: number): Part {
  return { widthPx, heightPx, bytes: pictures.get(variant)?.length ?? 0, format: 'jpeg', computeMs: 1 };
}

const record: ImageRecord = {
  imageId: 'a'.repeat(64),
  run: 1,
  attempt: 1,
  state: 'COMPLETE',
  revision: 5,
  fileName: 'photo.jpg',
  source: {
    bucket: 'source',
    key: 'end-to-end-check/photo.jpg',
    versionId: 'v1',
    bytes: photo.length,
    modifiedAt: '2026-11-21T08:00:00.000Z',
  },
  recipe: { name: 'small', recipe },
  expected: ['processed', '90'],
  finished: { processed: part('processed', 30, 20), 90: part('90', 20, 30) },
  startCount: 0,
  repairs: 0,
  computeMs: 0,
  quality: QUALITY,
  createdAt: '2026-11-21T08:00:00.000Z',
  publishedAt: '2026-11-21T08:00:01.000Z',
};

/** Checks the outputs of a record whose objects are these pictures. */
function check(changed: Partial<ImageRecord> = {}, instead: Record<string, Buffer> = {}): Promise<number> {
  const variants = new Map(outputsOf({ ...record, ...changed }).map(({ key, variant }) => [key, variant]));
  return checkOutputs(photo, { ...record, ...changed }, async (key) => {
    const variant = variants.get(key) ?? '';
    return instead[variant] ?? pictures.get(variant) ?? Buffer.alloc(0);
  });
}

describe('the end-to-end check of a delivery', () => {
  it('accepts what the recipe makes of the photo', async () => {
    await expect(check()).resolves.toBe(2);
    expect(checkQuality(record)).toBe(QUALITY);
  });

  it('misses an output', async () => {
    const { processed } = record.finished;
    await expect(check({ finished: { processed } as Record<string, Part> })).rejects.toThrow(
      'end-to-end-check/photo.jpg: expected 2 outputs, the record has 1.',
    );
  });

  it('notices bytes that differ from the record, and bytes that do not decode', async () => {
    const whole = pictures.get('90') ?? Buffer.alloc(0);
    await expect(check({}, { 90: whole.subarray(1) })).rejects.toThrow(
      /90-degree.* expected \d+ bytes, it has \d+/,
    );
    await expect(check({}, { 90: Buffer.alloc(whole.length) })).rejects.toThrow(
      /90-degree.* does not decode/,
    );
  });

  it('notices a wrong size, even if the record has it as well', async () => {
    const finished = { ...record.finished, processed: part('90', 20, 30) };
    await expect(check({ finished }, { processed: pictures.get('90') as Buffer })).rejects.toThrow(
      /processed\/.*: expected 30 × 20 px, it is 20 × 30 px/,
    );
    // A rotation that was not made.
    const unrotated = { ...record.finished, 90: part('processed', 30, 20) };
    await expect(check({ finished: unrotated }, { 90: pictures.get('processed') as Buffer })).rejects.toThrow(
      /90-degree.*: expected 20 × 30 px, it is 30 × 20 px/,
    );
  });

  it('notices another format than the recipe’s', async () => {
    const png = await sharp(plain(30, 20)).png().toBuffer();
    const finished = { ...record.finished, processed: { ...part('processed', 30, 20), bytes: png.length } };
    await expect(check({ finished }, { processed: png })).rejects.toThrow(/expected jpeg, it is png/);
  });

  it.each([
    ['encode.ssim from 0.5 to 1, it is 0.2', { encode: { ssim: 0.2, psnrDb: 35, identical: false } }],
    ['encode.psnrDb of 20 or more, it is 3', { encode: { ssim: 0.98, psnrDb: 3, identical: false } }],
    ['enhance.psnrDb of 5 or more, it is null', { enhance: { ssim: 1, psnrDb: null, identical: false } }],
    ['detail.ssim from 0.1 to 1, it is 1.5', { detail: { ssim: 1.5, psnrDb: 25, identical: false } }],
  ])('expects %s to be wrong', (message, figures) => {
    expect(() => checkQuality({ ...record, quality: { ...QUALITY, ...figures } })).toThrow(
      `expected ${message}`,
    );
  });

  it('accepts that a recipe does not measure the detail', () => {
    expect(checkQuality({ ...record, quality: { ...QUALITY, detail: null } })).toMatchObject({
      detail: null,
    });
  });

  it('waits until the end is published, and says the last known state if that takes too long', async () => {
    const sample = { key: record.source.key, imageId: record.imageId };
    const wait = (found: Partial<ImageRecord> | undefined) => {
      const { publishedAt, ...silent } = record;
      const known = found && { ...silent, ...found };
      return waitForEnd({ record: async () => known }, sample, 0);
    };
    await expect(wait({ publishedAt: 'now' })).resolves.toMatchObject({ state: 'COMPLETE' });
    await expect(wait({})).rejects.toThrow(/not ended in 0 s: it is COMPLETE, and that was not published/);
    await expect(wait(undefined)).rejects.toThrow(/the catalog has no record of it/);
    const lastError = { code: 'AccessDenied', message: 'may not write', at: 'now' };
    const { processed } = record.finished;
    const underWay = {
      state: 'FANNED_OUT',
      finished: { processed } as Record<string, Part>,
      lastError,
    } as const;
    await expect(wait(underWay)).rejects.toThrow(
      /it is FANNED_OUT, 1 of 2 parts are finished; the last error: may not write/,
    );
  });
});
