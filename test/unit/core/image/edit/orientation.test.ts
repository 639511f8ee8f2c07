import { describe, expect, test } from 'vitest';
import { orientPixels } from '../../../../../core/image/edit/resize.ts';
import { fromPixels, type Pixels } from '../../../../../core/image/pixels.ts';
import { processImage } from '../../../../../core/image/process.ts';
import {
  decode,
  draw,
  jobOf,
  LIMITS,
  meanDifference,
  pixelAt,
  quadrants,
  recipeOf,
} from '../../../../support/fixtures/pictures.ts';

const UPRIGHT = quadrants(120, 80);

/**
 * Where the upright pixel (x, y) is stored, by EXIF's definition: for orientation 6, say, row 0 of the file is the
 * right side of the picture and column 0 its top.
 */
const STORED_AT: Record<number, (x: number, y: number, width: number, height: number) => [number, number]> = {
  1: (x, y) => [x, y],
  2: (x, y, width) => [width - 1 - x, y],
  3: (x, y, width, height) => [width - 1 - x, height - 1 - y],
  4: (x, y, _width, height) => [x, height - 1 - y],
  5: (x, y) => [y, x],
  6: (x, y, width) => [y, width - 1 - x],
  7: (x, y, width, height) => [height - 1 - y, width - 1 - x],
  8: (x, y, _width, height) => [height - 1 - y, x],
};

const ORIENTATIONS = [1, 2, 3, 4, 5, 6, 7, 8];

function stored(upright: Pixels, orientation: number): Pixels {
  const { widthPx, heightPx } = upright;
  const hasRotations = orientation >= 5;
  const pixels = draw(hasRotations ? heightPx : widthPx, hasRotations ? widthPx : heightPx, () => [0, 0, 0]);
  for (let y = 0; y < heightPx; y += 1) {
    for (let x = 0; x < widthPx; x += 1) {
      const at = STORED_AT[orientation]?.(x, y, widthPx, heightPx) ?? [0, 0];
      pixels.data.set(pixelAt(upright, x, y), 3 * (at[1] * pixels.widthPx + at[0]));
    }
  }
  return pixels;
}

function fileOf(orientation: number): Promise<Buffer> {
  return fromPixels(stored(UPRIGHT, orientation))
    .withMetadata({ orientation })
    .jpeg({ quality: 100, chromaSubsampling: '4:4:4' })
    .toBuffer();
}

describe.each(ORIENTATIONS)('orientation %i', (orientation) => {
  test('pixels are made upright', async () => {
    const pixels = await orientPixels(stored(UPRIGHT, orientation), orientation);
    expect(meanDifference(pixels, UPRIGHT)).toBe(0);
  });

  test('a file is described upright', async () => {
    const { info } = (await jobOf(await fileOf(orientation))).inspection;
    expect(info).toMatchObject({ orientation, widthPx: 120, heightPx: 80 });
  });

  test.each([
    ['contain', 60, 60],
    ['cover', 30, 60],
  ] as const)(
    'the whole work makes the same of it as of the upright one: %s',
    async (fit, widthPx, heightPx) => {
      const recipe = recipeOf({ resize: { widthPx, heightPx, fit }, output: { format: 'png' } });
      const oriented = await processImage(await fileOf(orientation), recipe, LIMITS);
      const plain = await processImage(await fileOf(1), recipe, LIMITS);
      const found = await decode(oriented.processed.bytes);
      expect(meanDifference(found, await decode(plain.processed.bytes))).toBeLessThan(1);
      expect(oriented.quality.detail?.ssim).toBeCloseTo(plain.quality.detail?.ssim ?? 0, 2);
    },
  );
});
