import { describe, expect, test } from 'vitest';
import { PermanentError } from '../../../../../core/errors.ts';
import { sharpImaging } from '../../../../../core/image/imaging.ts';
import { measure } from '../../../../../core/image/measure/quality.ts';
import { decodeOutput, encodePixels } from '../../../../../core/image/output/encode.ts';
import { rotationPart } from '../../../../../core/image/parts.ts';
import { type Pixels, toPixels } from '../../../../../core/image/pixels.ts';
import { sharp } from '../../../../../core/image/sharp-setup.ts';
import type { EncodingSearch } from '../../../../../core/image/types.ts';
import { LOSSY_FORMATS, type LossyFormat } from '../../../../../core/recipe.ts';
import { decode, LIMITS, recipeOf, sample } from '../../../../support/fixtures/pictures.ts';

const SMALL = { widthPx: 96, heightPx: 64, fit: 'cover' } as const;

async function processed(output: object, name = 'chelsea.jpg') {
  const recipe = recipeOf({ resize: SMALL, measure: { detail: false }, output: output as never });
  const image = await sharpImaging.process(await sample(name), recipe, LIMITS);
  return { ...image, recipe };
}

/** The pixels that were handed to the encoder. */
async function canvasOf(work: Buffer | null): Promise<Pixels> {
  if (!work) throw new Error('expected an intermediate');
  return toPixels(sharp(work));
}

function whole({ widthPx, heightPx }: Pixels) {
  return { leftPx: 0, topPx: 0, widthPx, heightPx };
}

async function ssimOf(canvas: Pixels, bytes: Buffer): Promise<number> {
  const { ssim } = await measure(canvas, await decodeOutput(bytes, whole(canvas)));
  return ssim ?? Number.NaN;
}

describe.each(LOSSY_FORMATS)('a target for %s', (format: LossyFormat) => {
  test('is reached by the decoded bytes, with no smaller file left among all qualities', async () => {
    const targetSsim = 0.96;
    const image = await processed({ format, targetSsim });
    const canvas = await canvasOf(image.intermediate);
    expect(await ssimOf(canvas, image.processed.bytes)).toBeGreaterThanOrEqual(targetSsim);
    expect(image.quality.encode.ssim).toBeGreaterThanOrEqual(targetSsim);
    expect(image.search).toMatchObject({ targetSsim, targetMet: true });
    expect(image.search?.tries.length).toBeLessThanOrEqual(8);

    let smallest = Number.POSITIVE_INFINITY;
    for (let quality = 1; quality <= 100; quality++) {
      const { bytes } = await encodePixels(canvas, { format, quality, mozjpeg: format === 'jpeg' });
      if ((await ssimOf(canvas, bytes)) >= targetSsim) smallest = Math.min(smallest, bytes.length);
    }
    // SSIM is not quite monotonic in quality: one step of it may be missed.
    expect(image.processed.bytes.length).toBeLessThanOrEqual(smallest * 1.03);
  });
});

test('a search never gives more bytes than the usual quality, where that reaches the target too', async () => {
  for (const targetSsim of [0.5, 0.9, 0.97]) {
    const fixed = await processed({ format: 'jpeg' });
    const searched = await processed({ format: 'jpeg', targetSsim });
    expect(fixed.quality.encode.ssim).toBeGreaterThanOrEqual(targetSsim);
    expect(searched.processed.bytes.length).toBeLessThanOrEqual(fixed.processed.bytes.length);
  }
});

test('auto takes the smallest of the formats that are allowed', async () => {
  const targetSsim = 0.95;
  const single = await Promise.all(LOSSY_FORMATS.map((format) => processed({ format, targetSsim })));
  const sizes = single.map((image) => image.processed.bytes.length);
  const auto = await processed({ format: 'auto', targetSsim });
  expect(auto.processed.bytes.length).toBe(Math.min(...sizes));
  expect(auto.processed.format).toBe(LOSSY_FORMATS[sizes.indexOf(Math.min(...sizes))]);

  const without = await processed({ format: 'auto', targetSsim, allow: ['jpeg', 'webp'] });
  expect(without.processed.bytes.length).toBe(Math.min(...sizes.slice(0, 2)));
  const tried = new Set(without.search?.tries.map(({ format }) => format));
  expect([...tried]).toEqual(['jpeg', 'webp']);
});

test('a target that nothing reaches gets the best try, and says so', async () => {
  const image = await processed({ format: 'webp', targetSsim: 1 });
  const search = image.search as EncodingSearch;
  expect(search.targetMet).toBe(false);
  const best = Math.max(...search.tries.map(({ ssim }) => ssim ?? 0));
  expect(image.quality.encode.ssim).toBeCloseTo(best, 10);
});

test('the trace tells each try as it was', async () => {
  const { search, intermediate } = await processed({ format: 'jpeg', targetSsim: 0.93 });
  const canvas = await canvasOf(intermediate);
  for (const { bytes, ssim, ...encoding } of search?.tries ?? []) {
    const again = await encodePixels(canvas, encoding);
    expect(again.bytes.length).toBe(bytes);
    expect(await ssimOf(canvas, again.bytes)).toBeCloseTo(ssim ?? Number.NaN, 10);
  }
  expect.assertions(2 * (search?.tries.length ?? 0));
});

test('rotations are written as the search found it, and measure alike', async () => {
  const { search, intermediate, recipe, quality } = await processed(
    { format: 'auto', targetSsim: 0.94 },
    'coffee.jpg',
  );
  if (!search || !intermediate) throw new Error('expected a search and an intermediate');
  const rotated = await sharpImaging.render(intermediate, rotationPart(180), recipe, search.chosen);
  expect(rotated.format).toBe(search.chosen.format);
  const before = await toPixels(sharp(intermediate).rotate(180));
  const { ssim } = await measure(before, await decode(rotated.bytes));
  expect(Math.abs((ssim ?? 0) - (quality.encode.ssim ?? 0))).toBeLessThan(0.005);
  await expect(sharpImaging.render(intermediate, rotationPart(180), recipe)).rejects.toThrow(
    /what the search found/,
  );
});

test('a canvas that no allowed format can hold is refused', async () => {
  const recipe = recipeOf({
    resize: { widthPx: 16_384, heightPx: 16 },
    output: { format: 'webp', targetSsim: 0.9 },
  });
  const work = sharpImaging.process(await sample('chelsea.jpg'), recipe, LIMITS);
  await expect(work).rejects.toThrow(PermanentError);
});
