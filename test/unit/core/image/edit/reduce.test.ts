import { describe, expect, test } from 'vitest';
import { reducePixels } from '../../../../../core/image/edit/reduce.ts';
import { resizePixels } from '../../../../../core/image/edit/resize.ts';
import { measure } from '../../../../../core/image/measure/quality.ts';
import { thumbnailPixels } from '../../../../../core/image/output/thumbnail.ts';
import { type Pixels, toPixels } from '../../../../../core/image/pixels.ts';
import { sharp } from '../../../../../core/image/sharp-setup.ts';
import { draw, sample } from '../../../../support/fixtures/pictures.ts';

/** A colour of its own at every place, up to any frequency. */
function noise(widthPx: number, heightPx: number): Pixels {
  return draw(widthPx, heightPx, (x, y) => {
    const seed = Math.imul(x * 7919 + y * 104_729 + 1, 2_654_435_761) >>> 0;
    return [seed & 255, (seed >> 8) & 255, (seed >> 16) & 255];
  });
}

/** Rings that get finer from the middle on, up to the finest that pixels can hold. */
function zonePlate(widthPx: number, heightPx: number): Pixels {
  return draw(widthPx, heightPx, (x, y) => {
    const squared = (x - widthPx / 2) ** 2 + (y - heightPx / 2) ** 2;
    const level = Math.round(127.5 + 127.5 * Math.cos((Math.PI * squared) / widthPx));
    return [level, level, level];
  });
}

/** Rounded means of the blocks, by definition. */
function means({ data, widthPx, heightPx }: Pixels, side: number): number[] {
  const [columns, rows] = [Math.floor(widthPx / side), Math.floor(heightPx / side)];
  const [left, top] = [Math.floor((widthPx % side) / 2), Math.floor((heightPx % side) / 2)];
  const mean = (block: number, channel: number) => {
    const [x, y] = [left + (block % columns) * side, top + Math.floor(block / columns) * side];
    let sum = 0;
    for (let place = 0; place < side * side; place += 1) {
      const [dx, dy] = [place % side, Math.floor(place / side)];
      sum += data[3 * ((y + dy) * widthPx + x + dx) + channel] ?? 0;
    }
    return sum / side ** 2;
  };
  return Array.from({ length: 3 * columns * rows }, (_, at) => mean(Math.floor(at / 3), at % 3));
}

describe('reduced pixels', () => {
  test.each([
    [96, 60, 16, 10, 3],
    [241, 151, 16, 10, 6],
    [160, 100, 16, 10, 5],
    [402, 262, 20, 13, 10],
    [255, 130, 5, 3, 21],
  ])('of %i×%i px for %i×%i are means of blocks', (widthPx, heightPx, toWidthPx, toHeightPx, side) => {
    const pixels = noise(widthPx, heightPx);
    const reduced = reducePixels(pixels, { widthPx: toWidthPx, heightPx: toHeightPx });
    expect([reduced.widthPx, reduced.heightPx]).toEqual([
      Math.floor(widthPx / side),
      Math.floor(heightPx / side),
    ]);
    const expected = means(pixels, side);
    for (const [at, level] of reduced.data.entries()) {
      expect(Math.abs(level - (expected[at] ?? Infinity))).toBeLessThanOrEqual(0.5 + 1e-4);
    }
  });

  test.each([
    [40, 40, 10, 10],
    [10, 10, 10, 10],
    [2000, 1, 320, 1],
    [2000, 1500, 320, 240],
  ])('of %i×%i px for %i×%i are the pixels themselves', (widthPx, heightPx, toWidthPx, toHeightPx) => {
    const pixels = noise(widthPx, heightPx);
    expect(reducePixels(pixels, { widthPx: toWidthPx, heightPx: toHeightPx })).toBe(pixels);
  });

  test('of white are white, with the largest blocks', () => {
    const white = draw(1024, 1024, () => [255, 255, 255]);
    expect([...new Set(reducePixels(white, { widthPx: 8, heightPx: 8 }).data)]).toEqual([255]);
  });
});

async function compared(pixels: Pixels) {
  const made = await thumbnailPixels(pixels, 1);
  const lanczos = await resizePixels(pixels, { widthPx: made.widthPx, heightPx: made.heightPx });
  const largest = made.data.reduce(
    (most, level, at) => Math.max(most, Math.abs(level - (lanczos.data[at] ?? 0))),
    0,
  );
  return { ...(await measure(made, lanczos)), largest };
}

describe('the thumbnail', () => {
  test('of a photo equals Lanczos of all its pixels', async () => {
    const { data, info } = await sharp(sample('astronaut-sideways.jpg'))
      .raw()
      .toBuffer({ resolveWithObject: true });
    const photo = { data, widthPx: info.width, heightPx: info.height };
    expect((await compared(photo)).ssim).toBeGreaterThan(0.99);
    const sides = { width: 3001, height: 2003, fit: 'fill' } as const;
    const odd = await toPixels(sharp(sample('rocket.jpg')).resize(sides));
    expect((await compared(odd)).ssim).toBeGreaterThan(0.99);
  });

  // Skipped rows were 128 to 139 levels off here.
  test.each([
    [1920, 1080, 8],
    [2560, 1440, 8],
    [2879, 1919, 8],
    [3203, 2402, 8],
  ])('of a zone plate of %i×%i px has no false rings', async (widthPx, heightPx, most) => {
    const { largest, psnrDb } = await compared(zonePlate(widthPx, heightPx));
    expect(largest).toBeLessThanOrEqual(most);
    expect(psnrDb ?? Infinity).toBeGreaterThan(34);
  });
});
