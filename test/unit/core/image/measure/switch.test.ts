import { describe, expect, test } from 'vitest';
import { sharpImaging } from '../../../../../core/image/imaging.ts';
import { fromPixels, type Pixels } from '../../../../../core/image/pixels.ts';
import type { RecipeInput } from '../../../../../core/recipe.ts';
import {
  decode,
  draw,
  LIMITS,
  meanDifference,
  quadrants,
  recipeOf,
  sample,
} from '../../../../support/fixtures/pictures.ts';

/** Rings that grow finer outwards: a scaler that is not the same shows at once. */
function zonePlate(widthPx: number, heightPx: number): Pixels {
  return draw(widthPx, heightPx, (x, y) => {
    const squared = (x - widthPx / 2) ** 2 + (y - heightPx / 2) ** 2;
    const level = Math.round(127.5 + 127.5 * Math.cos((Math.PI * squared) / widthPx));
    return [level, level, 255 - level];
  });
}

const plate = fromPixels(zonePlate(451, 301));
const SOURCES: Record<string, () => Promise<Buffer>> = {
  'JPEG photo': async () => sample('astronaut-sideways.jpg'),
  JPEG: () => plate.clone().jpeg({ quality: 100 }).toBuffer(),
  'progressive JPEG': () => plate.clone().jpeg({ progressive: true }).toBuffer(),
  'oriented JPEG': () => plate.clone().withMetadata({ orientation: 7 }).jpeg().toBuffer(),
  PNG: () => plate.clone().png().toBuffer(),
  'transparent PNG': async () => sample('retina-cutout.png'),
  WebP: () => plate.clone().webp({ quality: 100 }).toBuffer(),
  TIFF: () => plate.clone().tiff({ compression: 'lzw' }).toBuffer(),
  AVIF: () => plate.clone().avif({ effort: 0 }).toBuffer(),
  'small PNG': () => fromPixels(quadrants(21, 13)).png().toBuffer(),
};

const RESIZES: RecipeInput['resize'][] = [
  { widthPx: 100, heightPx: 100 },
  { widthPx: 33, heightPx: 90, fit: 'cover' },
  { widthPx: 90, heightPx: 33, fit: 'cover' },
  { widthPx: 500, heightPx: 480, fit: 'inside' },
  { ratio: 0.31 },
  { ratio: 1 },
];

describe.each(Object.entries(SOURCES))('%s', (_name, make) => {
  test.each(RESIZES)('the pixels are the same with and without `detail`: %j', async (resize) => {
    const made: Pixels[] = [];
    for (const detail of [true, false]) {
      const recipe = recipeOf({ resize, output: { format: 'png' }, rotations: [], measure: { detail } });
      const { processed, quality } = await sharpImaging.process(await make(), recipe, LIMITS);
      expect(quality.detail === null).toBe(!detail);
      made.push(await decode(processed.bytes));
    }
    const [withDetail, without] = made as [Pixels, Pixels];
    expect(meanDifference(without, withDetail)).toBe(0);
  });
});
