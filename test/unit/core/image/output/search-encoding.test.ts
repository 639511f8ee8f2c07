import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { startDeadline } from '../../../../../core/image/deadline.ts';
import type { Picture } from '../../../../../core/image/frame.ts';
import { sharpImaging } from '../../../../../core/image/imaging.ts';
import { measureEncode } from '../../../../../core/image/measure/quality.ts';
import { encodePixels, fixedEncoding } from '../../../../../core/image/output/encode.ts';
import { targetOf } from '../../../../../core/image/output/encoding-target.ts';
import { ENCODING_VARIANTS } from '../../../../../core/image/output/encoding-variants.ts';
import { searchEncoding } from '../../../../../core/image/output/search-encoding.ts';
import { rotationPart } from '../../../../../core/image/parts.ts';
import { type Pixels, toPixels } from '../../../../../core/image/pixels.ts';
import { sharp } from '../../../../../core/image/sharp-setup.ts';
import type { EncodingTry } from '../../../../../core/image/types.ts';
import { LOSSY_FORMATS, type LossyFormat, type TargetOutput } from '../../../../../core/recipe.ts';
import {
  decode,
  draw,
  flat,
  gradient,
  LIMITS,
  RED,
  recipeOf,
  sample,
} from '../../../../support/fixtures/pictures.ts';
import { makePicture } from '../../../../support/fixtures/reference/pictures.ts';

const SMALL = { widthPx: 96, heightPx: 64, fit: 'cover' } as const;
const AT_LEISURE = startDeadline(3_600_000);

/** Red on a blue of the same grey, in strokes of two pixels. */
const STROKES = draw(96, 64, (x, y) => (x % 7 < 2 || y % 9 < 2 ? [200, 0, 0] : [0, 52, 255]));

function pictureOf(canvas: Pixels): Picture {
  const region = { leftPx: 0, topPx: 0, widthPx: canvas.widthPx, heightPx: canvas.heightPx };
  return { canvas, content: canvas, region };
}

async function small(name: string): Promise<Pixels> {
  return toPixels(sharp(sample(name)).resize(SMALL.widthPx, SMALL.heightPx));
}

function search(canvas: Pixels, output: TargetOutput) {
  return searchEncoding(pictureOf(canvas), output, AT_LEISURE);
}

async function measured(canvas: Pixels, encoding: Parameters<typeof encodePixels>[1]) {
  const { bytes } = await encodePixels(canvas, encoding);
  return { bytes, comparison: await measureEncode(canvas, bytes, pictureOf(canvas).region, 'always') };
}

function triesOf(format: LossyFormat, tries: readonly EncodingTry[]): number {
  return tries.filter((made) => made.format === format).length;
}

describe.each([{ targetQuality: 75 }, { targetSsim: 0.97 }])('the target %o', (goal) => {
  test.each(LOSSY_FORMATS)('is reached by the smallest %s of all qualities, or nearly', async (format) => {
    const canvas = await small('chelsea.jpg');
    const output: TargetOutput = { format, ...goal };
    const { chosen, targetMet, tries } = await search(canvas, output);
    expect(targetMet).toBe(true);
    expect(triesOf(format, tries)).toBeLessThanOrEqual(8);
    const found = await measured(canvas, chosen);
    const target = targetOf(output);
    expect(target.isReachedBy(found.comparison)).toBe(true);

    let smallest = Number.POSITIVE_INFINITY;
    for (const variant of ENCODING_VARIANTS.filter((other) => other.format === format)) {
      for (let quality = target.lowestQuality[format]; quality <= 100; quality += 1) {
        const { bytes, comparison } = await measured(canvas, { ...variant, quality });
        if (target.isReachedBy(comparison)) smallest = Math.min(smallest, bytes.length);
      }
    }
    expect(found.bytes.length).toBeLessThanOrEqual(1.03 * smallest);
  });
});

describe('on any picture', () => {
  const size = { width: fc.integer({ min: 7, max: 60 }), height: fc.integer({ min: 7, max: 60 }) };
  const level = fc.integer({ min: 0, max: 255 });
  const picture = fc.oneof(
    fc.record({ ...size, kind: fc.constant('noise' as const), seed: fc.integer({ min: 1, max: 99 }) }),
    fc.record({ ...size, kind: fc.constant('icon' as const), seed: fc.integer({ min: 1, max: 99 }) }),
    fc.record({ ...size, kind: fc.constant('waves' as const), period: fc.integer({ min: 2, max: 40 }) }),
    fc.record({ ...size, kind: fc.constant('gradient' as const) }),
    fc.record({
      ...size,
      kind: fc.constant('flat' as const),
      colour: fc.array(level, { minLength: 3, maxLength: 3 }),
    }),
    fc.constant({ kind: 'photo' as const, name: 'coffee' }),
  );
  const goal = fc.oneof(
    fc.record({ targetQuality: fc.integer({ min: 20, max: 97 }) }),
    fc.record({ targetSsim: fc.double({ min: 0.5, max: 0.998, noNaN: true }) }),
  );

  test.each(LOSSY_FORMATS)('%s: the choice is at most as large as quality 90, with eight tries', (format) =>
    fc.assert(
      fc.asyncProperty(picture, goal, async (spec, aim) => {
        const canvas = await makePicture(spec);
        const output: TargetOutput = { format, ...aim };
        const target = targetOf(output);
        const usual = await measured(canvas, fixedEncoding({ format, quality: 90 }));
        const { chosen, targetMet, tries } = await search(canvas, output);
        const found = await measured(canvas, chosen);
        expect(target.isReachedBy(found.comparison)).toBe(targetMet);
        if (target.isReachedBy(usual.comparison)) {
          expect(targetMet).toBe(true);
          expect(found.bytes.length).toBeLessThanOrEqual(usual.bytes.length);
        }
        expect(triesOf(format, tries)).toBeLessThanOrEqual(8);
        if (targetMet) expect(chosen.quality).toBeGreaterThanOrEqual(target.lowestQuality[format]);
      }),
      { numRuns: format === 'avif' ? 8 : 25 },
    ),
  );
});

describe('auto', () => {
  test('takes the smallest of the formats that are allowed, and tries AVIF last', async () => {
    const canvas = await small('chelsea.jpg');
    const sizes = new Map<LossyFormat, number>();
    for (const format of LOSSY_FORMATS) {
      const { chosen } = await search(canvas, { format, targetQuality: 70 });
      sizes.set(format, (await measured(canvas, chosen)).bytes.length);
    }
    for (const allow of [[...LOSSY_FORMATS], ['jpeg', 'webp'] as LossyFormat[]]) {
      const { chosen, tries } = await search(canvas, { format: 'auto', targetQuality: 70, allow });
      const smallest = Math.min(...allow.map((format) => sizes.get(format) ?? Number.NaN));
      expect((await measured(canvas, chosen)).bytes.length).toBeLessThanOrEqual(1.03 * smallest);
      expect(sizes.get(chosen.format as LossyFormat)).toBe(smallest);
      const order = tries.map(({ format }) => format);
      expect(new Set(order)).toEqual(new Set(allow));
      if (allow.includes('avif')) expect(order.lastIndexOf('webp')).toBeLessThan(order.indexOf('avif'));
    }
  });

  test('does not try a format that can no longer win', async () => {
    // A WebP of one colour is smaller than the headers of an AVIF.
    const { chosen, tries } = await search(flat(64, 64, RED), { format: 'auto', targetQuality: 80 });
    expect(chosen.format).toBe('webp');
    expect(triesOf('avif', tries)).toBe(0);
  });
});

test('plain JPEG is chosen where it is smaller than what mozjpeg makes', async () => {
  const { chosen, tries } = await search(STROKES, { format: 'jpeg', targetQuality: 85 });
  expect(tries.map(({ mozjpeg }) => mozjpeg)).toContain(true);
  expect(chosen).toMatchObject({ mozjpeg: false, chroma: '4:4:4' });
});

describe('a target of SSIM', () => {
  test('is not met by a picture that lost its colours', async () => {
    for (const format of LOSSY_FORMATS) {
      const { tries, targetMet, chosen } = await search(STROKES, { format, targetSsim: 0.9 });
      const best = tries.find(
        ({ quality, chroma }) => quality === chosen.quality && chroma === chosen.chroma,
      );
      // WebP has one colour for four pixels, whatever its quality.
      expect(targetMet).toBe(format !== 'webp');
      if (targetMet) expect(best?.psnrDb).toBeGreaterThanOrEqual(30);
    }
  });

  test('leaves a smooth picture free of blocks', async () => {
    const { chosen } = await search(gradient(120, 90), { format: 'avif', targetSsim: 0.5 });
    expect(chosen.quality).toBeGreaterThanOrEqual(30);
  });

  test('is not met where a picture is too small to be measured', async () => {
    const { targetMet, tries } = await search(gradient(30, 6), { format: 'jpeg', targetSsim: 0.5 });
    expect(targetMet).toBe(tries.some(({ ssim, psnrDb }) => ssim === null && psnrDb === null));
  });
});

test('a target that nothing reaches gets the best try, and says so', async () => {
  const canvas = await small('coffee.jpg');
  const { chosen, targetMet, targetQuality, tries } = await search(canvas, {
    format: 'webp',
    targetQuality: 100,
  });
  expect([targetMet, targetQuality]).toEqual([false, 100]);
  const best = Math.max(...tries.map(({ ssimulacra2 }) => ssimulacra2 ?? 0));
  expect((await measured(canvas, chosen)).comparison.ssimulacra2).toBe(best);
});

test('the search ends after its first tries where half of the time is over', async () => {
  const canvas = await small('coffee.jpg');
  const output = { format: 'auto', targetQuality: 80 } as const;
  const { tries } = await searchEncoding(pictureOf(canvas), output, startDeadline(0));
  expect(tries).toHaveLength(2);
});

test('the trace says what each try was', async () => {
  const canvas = await small('chelsea.jpg');
  const { tries, targetSsim, targetQuality } = await search(canvas, { format: 'jpeg', targetSsim: 0.93 });
  expect([targetSsim, targetQuality]).toEqual([0.93, null]);
  expect(tries.length).toBeGreaterThan(1);
  for (const { bytes, ssim, psnrDb, ssimulacra2, ...encoding } of tries) {
    const again = await measured(canvas, encoding);
    expect(again.bytes.length).toBe(bytes);
    expect(again.comparison).toEqual({ ssim, psnrDb, ssimulacra2, identical: false });
  }
});

describe('an image with a target', () => {
  const recipe = recipeOf({
    resize: SMALL,
    measure: { detail: false },
    output: { format: 'auto', targetQuality: 80 },
  });

  test('is written as the search found it', async () => {
    const {
      processed,
      quality,
      search: found,
    } = await sharpImaging.process(sample('coffee.jpg'), recipe, LIMITS);
    expect(found).toMatchObject({ targetQuality: 80, targetMet: true });
    expect(processed.format).toBe(found?.chosen.format);
    expect(quality.encode.ssimulacra2).toBeGreaterThanOrEqual(80);
  });

  test('has rotations that are written in the same way, and look as good', async () => {
    const image = await sharpImaging.process(sample('coffee.jpg'), recipe, LIMITS);
    const { search: found, intermediate, quality } = image;
    if (!found || !intermediate) throw new Error('expected a search and an intermediate');
    const rotated = await sharpImaging.render(intermediate, rotationPart(180), recipe, LIMITS, found.chosen);
    expect(rotated.format).toBe(found.chosen.format);
    const before = await decode(await sharp(intermediate).rotate(180).png().toBuffer());
    const { ssim } = await measureEncode(before, rotated.bytes, pictureOf(before).region);
    expect(Math.abs((ssim ?? 0) - (quality.encode.ssim ?? 0))).toBeLessThan(0.005);
    await expect(sharpImaging.render(intermediate, rotationPart(180), recipe, LIMITS)).rejects.toThrow(
      /what the search found/,
    );
  });

  test('is refused where no allowed format can hold it', async () => {
    const wide = recipeOf({
      resize: { widthPx: 16_384, heightPx: 16 },
      output: { format: 'webp', targetQuality: 90 },
    });
    await expect(sharpImaging.process(sample('chelsea.jpg'), wide, LIMITS)).rejects.toMatchObject({
      code: 'IMAGE_TOO_LARGE',
    });
  });
});
