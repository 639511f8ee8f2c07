import { describe, expect, it, test } from 'vitest';
import { compareDetail, comparePixels } from '../../../../../core/image/measure/compare.ts';
import { makePicture, readPhoto } from '../../../../support/fixtures/reference/pictures.ts';
import { detailPairs } from '../../../../support/fixtures/reference/vectors.ts';
import { expectNear } from './expect-near.ts';

describe('against OpenCV and scikit-image', () => {
  test.each(detailPairs())('$name', async ({ original, resized, ...expected }) => {
    const found = compareDetail(await makePicture(original), await makePicture(resized));

    expect(found.identical).toBe(expected.identical);
    expectNear(found.ssim, expected.ssim, 1e-4);
    expectNear(found.psnrDb, expected.psnrDb, 0.01);
  });
});

it('compares directly where nothing was resized', async () => {
  const [original, resized] = [await readPhoto('coffee'), await readPhoto('coffee-jpeg')];

  expect(compareDetail(original, resized)).toEqual(comparePixels(original, resized));
  expect(compareDetail(original, original)).toEqual({ ssim: 1, psnrDb: null, identical: true });
});
