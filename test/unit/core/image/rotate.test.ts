import { describe, expect, test } from 'vitest';
import { PermanentError } from '../../../../core/errors.ts';
import { startDeadline } from '../../../../core/image/deadline.ts';
import { rotatePixels } from '../../../../core/image/edit/rotate.ts';
import { encodeIntermediate } from '../../../../core/image/intermediate.ts';
import { animatedMaster } from '../../../../core/image/master.ts';
import { rotationPart } from '../../../../core/image/parts.ts';
import { type Pixels, toPixels } from '../../../../core/image/pixels.ts';
import { processImage, renderPart } from '../../../../core/image/process.ts';
import { rotateMaster } from '../../../../core/image/rotate.ts';
import { sharp } from '../../../../core/image/sharp-setup.ts';
import {
  BLUE,
  type Colour,
  decode,
  distance,
  draw,
  flat,
  GREEN,
  intermediateOf,
  LIMITS,
  meanDifference,
  pixelAt,
  pngOf,
  quadrants,
  RED,
  recipeOf,
  sample,
  YELLOW,
} from '../../../support/fixtures/pictures.ts';

const PNG = recipeOf({ output: { format: 'png' } });

async function rotated(degrees: number, recipe = PNG) {
  return decode(
    (await renderPart(await encodeIntermediate(quadrants(40, 30)), rotationPart(degrees), recipe, LIMITS))
      .bytes,
  );
}

describe('quarter turns are clockwise and exact', () => {
  // Clockwise, starting top left: red, green, yellow, blue.
  test.each([
    [90, 30, 40, [BLUE, RED, GREEN, YELLOW]],
    [180, 40, 30, [YELLOW, BLUE, RED, GREEN]],
    [270, 30, 40, [GREEN, YELLOW, BLUE, RED]],
  ] as const)('%i', async (degrees, widthPx, heightPx, corners: readonly Colour[]) => {
    const pixels = await rotated(degrees);
    expect(pixels).toMatchObject({ widthPx, heightPx });
    const [right, bottom] = [widthPx - 1, heightPx - 1];
    const found = [
      [0, 0],
      [right, 0],
      [right, bottom],
      [0, bottom],
    ].map(([x = 0, y = 0]) => pixelAt(pixels, x, y));
    expect(found).toEqual(corners);
  });

  test('90 moves every pixel to its place and changes none', async () => {
    const photo = await decode(sample('chelsea.jpg'));
    const { bytes } = await renderPart(await encodeIntermediate(photo), rotationPart(90), PNG, LIMITS);
    const expected = draw(photo.heightPx, photo.widthPx, (x, y) => pixelAt(photo, y, photo.heightPx - 1 - x));
    expect(meanDifference(await decode(bytes), expected)).toBe(0);
  });
});

describe('other angles', () => {
  test('rotate every frame of an animation like a still picture', async () => {
    const frames = [quadrants(20, 12), flat(20, 12, RED), flat(20, 12, BLUE)];
    const source = await sharp(await Promise.all(frames.map(pngOf)), { join: { animated: true } })
      .webp({ lossless: true, delay: [50, 60, 70] })
      .toBuffer();
    const recipe = recipeOf({
      resize: { ratio: 1 },
      output: { format: 'webp', quality: 100 },
      animated: 'keep',
    });
    const intermediate = intermediateOf(await processImage(source, recipe, LIMITS));
    const { bytes } = await renderPart(intermediate, rotationPart(200), recipe, LIMITS);
    const [first, , last] = await Promise.all([0, 1, 2].map((page) => toPixels(sharp(bytes, { page }))));
    // WebP halves the resolution of colour, which hard edges of few pixels show.
    expect(meanDifference(first as Pixels, rotatePixels(quadrants(20, 12), 200, '#ffffff'))).toBeLessThan(16);
    expect(meanDifference(last as Pixels, rotatePixels(flat(20, 12, BLUE), 200, '#ffffff'))).toBeLessThan(16);
  });

  test('enlarge the canvas and fill its corners with the background', async () => {
    const recipe = recipeOf({
      resize: { widthPx: 40, heightPx: 30, background: '#0a141e' },
      output: { format: 'png' },
    });
    const pixels = await rotated(45, recipe);
    expect(pixels).toMatchObject({ widthPx: 51, heightPx: 51 });
    expect(pixelAt(pixels, 0, 0)).toEqual([10, 20, 30]);
    // Clockwise by 45: what was top left is in the middle above.
    expect(distance(pixelAt(pixels, 22, 9), RED)).toBeLessThanOrEqual(1);
    expect(distance(pixelAt(pixels, 41, 27), GREEN)).toBeLessThanOrEqual(1);
  });

  test('1 degree is nearly the picture itself', async () => {
    const pixels = await rotated(1);
    expect(pixels.widthPx).toBeLessThanOrEqual(42);
    expect(distance(pixelAt(pixels, 10, 8), RED)).toBeLessThanOrEqual(1);
  });
});

test('the output is as the recipe says', async () => {
  const intermediate = await encodeIntermediate(quadrants(40, 30));
  for (const format of ['jpeg', 'png', 'webp', 'avif'] as const) {
    const image = await renderPart(intermediate, rotationPart(90), recipeOf({ output: { format } }), LIMITS);
    expect(image).toMatchObject({ format, widthPx: 30, heightPx: 40 });
  }
});

test('a canvas that the format cannot hold is refused', async () => {
  const intermediate = await encodeIntermediate(flat(16_383, 200, RED));
  const webp = recipeOf({ output: { format: 'webp' } });
  await expect(renderPart(intermediate, rotationPart(2), webp, LIMITS)).resolves.toBeDefined();
  await expect(renderPart(intermediate, rotationPart(1), webp, LIMITS)).rejects.toMatchObject({
    code: 'IMAGE_TOO_LARGE',
  });
});

test('a broken intermediate is not the fault of the input', async () => {
  const error: unknown = await renderPart(Buffer.from('gone wrong'), rotationPart(90), PNG, LIMITS).catch(
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(Error);
  expect(error).not.toHaveProperty('code', 'CORRUPT_IMAGE');
});

describe('a part whose time is over', () => {
  const playback = { frames: 5, delaysMs: [100, 100, 100, 100, 100], loop: 0 };

  test('of a picture is not begun', async () => {
    const intermediate = await encodeIntermediate(quadrants(40, 30));
    for (const degrees of [30, 90]) {
      await expect(
        renderPart(intermediate, rotationPart(degrees), PNG, { timeoutMs: -1 }),
      ).rejects.toMatchObject({
        code: 'PROCESSING_LIMIT',
      });
    }
  });

  test('of an animation ends between two frames', async () => {
    const roll = flat(40, 30 * playback.frames, RED);
    const animation = animatedMaster({ roll, playback }, undefined);
    let looks = 0;
    const deadline = {
      ...startDeadline(60_000),
      check: () => {
        looks += 1;
        if (looks === 3) throw new PermanentError('PROCESSING_LIMIT', 'over');
      },
    };
    await expect(rotateMaster(animation, 30, '#ffffff', deadline)).rejects.toMatchObject({
      code: 'PROCESSING_LIMIT',
    });
    expect(looks).toBe(3);
  });
});
