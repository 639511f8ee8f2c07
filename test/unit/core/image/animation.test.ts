import { describe, expect, test } from 'vitest';
import { editPixels } from '../../../../core/image/edit/edit.ts';
import { sharpImaging } from '../../../../core/image/imaging.ts';
import { rotationPart } from '../../../../core/image/parts.ts';
import { type Pixels, toPixels } from '../../../../core/image/pixels.ts';
import { sharp } from '../../../../core/image/sharp-setup.ts';
import { recipeBook } from '../../../../core/recipe.ts';
import {
  BLUE,
  type Colour,
  distance,
  draw,
  GREEN,
  intermediateOf,
  LIMITS,
  meanDifference,
  pixelAt,
  pngOf,
  quadrants,
  RED,
  recipeOf,
  WHITE,
} from '../../../support/fixtures/pictures.ts';

const COLOURS = [RED, GREEN, BLUE];
const DELAYS = [70, 120, 300];

/** Three frames of one colour each, 40×20, played twice. */
async function animation(
  format: 'gif' | 'webp',
  colours: readonly (Colour | null)[] = COLOURS,
): Promise<Buffer> {
  const frames = colours.map((colour) => {
    const pixel = colour ? [...colour, 255] : [0, 0, 0, 0];
    return Buffer.alloc(40 * 20 * 4, Buffer.from(pixel));
  });
  const raw = { width: 40, height: 20 * frames.length, channels: 4, pageHeight: 20 } as const;
  const pipeline = sharp(Buffer.concat(frames), { raw });
  const timing = { delay: DELAYS.slice(0, frames.length), loop: 2 };
  return (format === 'gif' ? pipeline.gif(timing) : pipeline.webp({ ...timing, lossless: true })).toBuffer();
}

async function framesOf(bytes: Buffer): Promise<Pixels[]> {
  const { pages = 1 } = await sharp(bytes).metadata();
  return Promise.all(Array.from({ length: pages }, (_, page) => toPixels(sharp(bytes, { page }))));
}

function keeping(format: 'gif' | 'webp', overrides: object = {}) {
  return recipeOf({
    resize: { widthPx: 32, heightPx: 32 },
    output: { format },
    animated: 'keep',
    ...overrides,
  });
}

describe.each(['gif', 'webp'] as const)('an animation kept as %s', (format) => {
  test.each(['gif', 'webp'] as const)(
    'from %s has all frames, padded, with their delays and the loop',
    async (from) => {
      const image = await sharpImaging.process(await animation(from), keeping(format), LIMITS);
      expect(image.processed).toMatchObject({ format, widthPx: 32, heightPx: 32 });
      const metadata = await sharp(image.processed.bytes).metadata();
      expect(metadata).toMatchObject({ format, pages: 3, delay: DELAYS, loop: 2, width: 32 });
      const frames = await framesOf(image.processed.bytes);
      for (const [index, frame] of frames.entries()) {
        expect(distance(pixelAt(frame, 16, 16), COLOURS[index] as Colour)).toBeLessThan(12);
        expect(distance(pixelAt(frame, 16, 2), WHITE)).toBeLessThan(12);
      }
    },
  );

  test('is rotated frame by frame from a lossless intermediate', async () => {
    const recipe = keeping(format, { resize: { widthPx: 40, heightPx: 20 } });
    const image = await sharpImaging.process(await animation('gif'), recipe, LIMITS);
    const rotated = await sharpImaging.render(intermediateOf(image), rotationPart(90), recipe, LIMITS);
    expect(rotated).toMatchObject({ format, widthPx: 20, heightPx: 40 });
    expect(await sharp(rotated.bytes).metadata()).toMatchObject({ pages: 3, delay: DELAYS, loop: 2 });
    const frames = await framesOf(rotated.bytes);
    expect(frames.map(({ widthPx, heightPx }) => [widthPx, heightPx])).toEqual([
      [20, 40],
      [20, 40],
      [20, 40],
    ]);
    for (const [index, frame] of frames.entries()) {
      expect(distance(pixelAt(frame, 10, 20), COLOURS[index] as Colour)).toBeLessThan(12);
    }
    const roll = await toPixels(sharp(intermediateOf(image)));
    expect([0, 1, 2].map((frame) => pixelAt(roll, 20, 20 * frame + 10))).toEqual(COLOURS);
  });

  test('is measured by its first frame, and enhanced in all', async () => {
    const recipe = keeping(format, { enhance: { brightness: 0.5 }, filters: ['grayscale'] });
    const { processed, quality } = await sharpImaging.process(await animation('webp'), recipe, LIMITS);
    expect(quality.detail?.identical).toBe(true);
    expect(quality.enhance.psnrDb).toBeLessThan(25);
    expect(quality.encode.psnrDb ?? Number.POSITIVE_INFINITY).toBeGreaterThan(30);
    for (const frame of await framesOf(processed.bytes)) {
      const [red, green, blue] = pixelAt(frame, 16, 16);
      expect(Math.max(red, green, blue) - Math.min(red, green, blue)).toBeLessThan(6);
      expect(red).toBeLessThan(100);
    }
  });
});

test('transparent pixels of a frame show the background', async () => {
  const image = await sharpImaging.process(await animation('gif', [RED, null]), keeping('webp'), LIMITS);
  const [, second] = await framesOf(image.processed.bytes);
  expect(distance(pixelAt(second as Pixels, 16, 16), WHITE)).toBeLessThan(6);
});

test('cover crops every frame alike', async () => {
  const recipe = keeping('webp', { resize: { widthPx: 20, heightPx: 20, fit: 'cover' } });
  const { processed } = await sharpImaging.process(await animation('gif'), recipe, LIMITS);
  for (const [index, frame] of (await framesOf(processed.bytes)).entries()) {
    expect(distance(pixelAt(frame, 0, 0), COLOURS[index] as Colour)).toBeLessThan(12);
  }
});

test('without `keep` an animation is its first frame; with it, a still picture stays still', async () => {
  const first = await sharpImaging.process(
    await animation('gif'),
    keeping('webp', { animated: 'first' }),
    LIMITS,
  );
  expect(await sharp(first.processed.bytes).metadata()).not.toHaveProperty('pages', 3);
  const { data, widthPx, heightPx } = quadrants(40, 30);
  const still = await sharp(data, { raw: { width: widthPx, height: heightPx, channels: 3 } })
    .png()
    .toBuffer();
  const { processed } = await sharpImaging.process(still, keeping('gif'), LIMITS);
  expect((await sharp(processed.bytes).metadata()).format).toBe('gif');
  expect(await framesOf(processed.bytes)).toHaveLength(1);
});

test('too many pixels of all frames together are refused from the header', async () => {
  const work = sharpImaging.process(await animation('gif'), keeping('gif'), { ...LIMITS, maxPixels: 2000 });
  await expect(work).rejects.toMatchObject({ code: 'IMAGE_TOO_LARGE' });
});

test('a recipe that keeps frames names a format that holds them, and a quality', () => {
  expect(() => recipeBook({ x: { animated: 'keep' } })).toThrow(
    /x\.animated: keep: expected output\.format gif or webp/,
  );
  const target = { animated: 'keep', output: { format: 'webp', targetSsim: 0.9 } };
  expect(() => recipeBook({ x: target })).toThrow(/x\.animated: keep/);
});

describe('statistics', () => {
  /** A still background of two greys, and a square that grows brighter from frame to frame. */
  const scenes = [90, 150, 230].map((grey) =>
    draw(40, 20, (x, y) => (x > 30 && y > 10 ? [grey, grey, grey] : x < 20 ? [70, 80, 90] : [120, 110, 100])),
  );

  test.each([
    ['autocontrast', { filters: ['autocontrast'] }],
    ['contrast', { enhance: { contrast: 1.6 } }],
    ['both', { enhance: { contrast: 1.4, brightness: 0.9, color: 1.3 }, filters: ['sepia', 'autocontrast'] }],
  ] as const)('of %s are those of all frames, as of one picture of them', async (_name, edits) => {
    const source = await sharp(await Promise.all(scenes.map(pngOf)), { join: { animated: true } })
      .webp({ lossless: true, delay: DELAYS })
      .toBuffer();
    const recipe = keeping('webp', { ...edits, resize: { ratio: 1 }, rotations: [90] });
    const image = await sharpImaging.process(source, recipe, LIMITS);
    const roll = await toPixels(sharp(intermediateOf(image)));
    const together = Buffer.concat(scenes.map(({ data }) => data));
    const expected = await editPixels({ data: together, widthPx: 40, heightPx: 60 }, recipe);
    expect(meanDifference(roll, expected)).toBe(0);
    // So the background is the same in all frames.
    expect(pixelAt(roll, 5, 5)).toEqual(pixelAt(roll, 5, 45));
  });

  test('leave out frames in which nothing is visible', async () => {
    const source = await animation('webp', [[90, 90, 90], null, [150, 150, 150]]);
    const recipe = keeping('webp', { resize: { ratio: 1 }, filters: ['autocontrast'], rotations: [90] });
    const roll = await toPixels(sharp(intermediateOf(await sharpImaging.process(source, recipe, LIMITS))));
    expect([0, 1, 2].map((frame) => pixelAt(roll, 20, 20 * frame + 10)[0])).toEqual([0, 255, 255]);
    expect(pixelAt(roll, 20, 30)).toEqual(WHITE);
  });
});
