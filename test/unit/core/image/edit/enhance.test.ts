import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { editPixels } from '../../../../../core/image/edit/edit.ts';
import { enhancePixels } from '../../../../../core/image/edit/enhance.ts';
import type { Pixels } from '../../../../../core/image/pixels.ts';
import type { Enhance } from '../../../../../core/recipe.ts';
import { recipeOf } from '../../../../support/fixtures/pictures.ts';
import { makePicture, readPhoto, readPng } from '../../../../support/fixtures/reference/pictures.ts';
import { enhancedPictures } from '../../../../support/fixtures/reference/vectors.ts';
import { xorshift32 } from '../../../../support/fixtures/reference/xorshift.ts';
import { naiveEnhance } from './naive-enhance.ts';

const UNCHANGED: Enhance = { brightness: 1, contrast: 1, color: 1, sharpness: 1 };

describe('against Pillow', async () => {
  test.each(await withOutputs())('$title', async ({ name, factors, picture, expected }) => {
    const found =
      name === 'enhance'
        ? enhancePixels(picture, { ...UNCHANGED, ...factors })
        : await editPixels(picture, recipeOf({ filters: [name] }));

    // Issue 3 would allow a level here and there; there is no need to.
    expect(countDifferent(found.data, expected), 'samples that differ').toBe(0);
  });
});

describe('enhancePixels', () => {
  const factor = fc.oneof(fc.constantFrom(0, 1, 3), fc.double({ min: 0, max: 3, noNaN: true }));
  const factors = fc.record({ sharpness: factor, brightness: factor, contrast: factor, color: factor });
  const side = fc.integer({ min: 1, max: 23 });

  it('does the same at any size and with any factors, step by step', () => {
    fc.assert(
      fc.property(
        side,
        side,
        fc.integer({ min: 1, max: 2 ** 31 - 1 }),
        factors,
        (widthPx, heightPx, seed, given) => {
          const picture = { data: xorshift32(seed, 3 * widthPx * heightPx), widthPx, heightPx };
          expect(countDifferent(enhancePixels(picture, given).data, naiveEnhance(picture, given))).toBe(0);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('returns the picture itself where every factor is 1', async () => {
    const picture = await readPhoto('coffee');
    expect(enhancePixels(picture, UNCHANGED)).toBe(picture);
  });

  test.each(['brightness', 'contrast', 'color', 'sharpness'] as const)(
    'leaves its input alone: %s',
    async (name) => {
      const picture = await readPhoto('coffee');
      enhancePixels(picture, { ...UNCHANGED, [name]: 2 });
      expect(picture).toEqual(await readPhoto('coffee'));
    },
  );

  it('keeps a picture too small to smooth', () => {
    const picture: Pixels = { data: Uint8Array.from([9, 80, 200, 30, 20, 10]), widthPx: 2, heightPx: 1 };
    expect(enhancePixels(picture, { ...UNCHANGED, sharpness: 3 })).toEqual(picture);
  });
});

/** The pictures of the vectors, each with what Pillow made of it, cut from the sheet of all outputs. */
async function withOutputs() {
  const sheet = await readPng('enhance.png');
  let start = 0;
  const vectors = [];
  for (const { name, factors, picture: spec } of enhancedPictures()) {
    const picture = await makePicture(spec);
    const expected = sheet.data.subarray(start, start + picture.data.length);
    start += picture.data.length;
    const title = `${spec.kind}: ${name} ${factors ? JSON.stringify(factors) : ''}`;
    vectors.push({ title, name, factors, picture, expected });
  }
  expect(start).toBe(sheet.data.length);
  return vectors;
}

function countDifferent(a: Uint8Array, b: Uint8Array): number {
  return a.reduce(
    (count, sample, index) => count + (sample === b[index] ? 0 : 1),
    Math.abs(a.length - b.length),
  );
}
