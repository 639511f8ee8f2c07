import fc from 'fast-check';
import { ssim as ssimJs } from 'ssim.js';
import { describe, expect, it, test } from 'vitest';
import { comparePixels } from '../../../../../core/image/measure/compare.ts';
import type { Pixels } from '../../../../../core/image/pixels.ts';
import { greyPlane } from '../../../../support/fixtures/reference/grey-plane.ts';
import { makePicture } from '../../../../support/fixtures/reference/pictures.ts';
import { comparedPairs } from '../../../../support/fixtures/reference/vectors.ts';
import { xorshift32 } from '../../../../support/fixtures/reference/xorshift.ts';
import { ssimGrey } from '../../../../support/ssim-grey.ts';
import { expectNear } from './expect-near.ts';
import { naiveSsim } from './naive-ssim.ts';

const pairs = comparedPairs();

describe('against scikit-image', () => {
  it('has at least 40 pairs', () => expect(pairs.length).toBeGreaterThanOrEqual(40));

  test.each(pairs)('$name', async ({ a, b, ...expected }) => {
    const found = comparePixels(await makePicture(a), await makePicture(b));

    expect(found.identical).toBe(expected.identical);
    expectNear(found.ssim, expected.ssim, 1e-6);
    expectNear(found.psnrDb, expected.psnrDb, 1e-9);
  });
});

describe('against ssim.js', () => {
  // Its `weber` kind has uniform windows and the window-valid area too, but divides by the number of pixels where
  // the sample covariance divides by one less; a smaller C2 makes up for that.
  const options = { ssim: 'weber', windowSize: 7, downsample: false, k2: 0.03 * Math.sqrt(48 / 49) } as const;

  test.each(pairs.filter(({ ssim }) => ssim !== null))('$name', async ({ a, b }) => {
    const [first, second] = [await makePicture(a), await makePicture(b)];

    const { mssim } = ssimJs(greyImage(first), greyImage(second), options);

    expectNear(comparePixels(first, second).ssim, mssim, 0.002);
  });
});

describe('laws', () => {
  const size = fc.record({
    widthPx: fc.integer({ min: 7, max: 40 }),
    heightPx: fc.integer({ min: 7, max: 30 }),
  });
  const seed = fc.integer({ min: 1, max: 2 ** 31 - 1 });

  it('is what the definition says, at any size', () => {
    fc.assert(
      fc.property(size, seed, seed, ({ widthPx, heightPx }, first, second) => {
        const [a, b] = [xorshift32(first, widthPx * heightPx), xorshift32(second, widthPx * heightPx)];
        expectNear(ssimGrey(a, b, widthPx, heightPx), naiveSsim(a, b, widthPx, heightPx), 1e-6);
      }),
      { numRuns: 30 },
    );
  });

  it('gives pictures the similarity of their grey planes', () => {
    fc.assert(
      fc.property(size, seed, seed, (of, first, second) => {
        const [a, b] = [noise(of, first), noise(of, second)];
        const grey = ssimGrey(greyPlane(a), greyPlane(b), of.widthPx, of.heightPx);
        expect(comparePixels(a, b).ssim).toBe(grey);
      }),
      { numRuns: 30 },
    );
  });

  it('does not depend on which picture comes first', () => {
    fc.assert(
      fc.property(size, seed, seed, (of, first, second) => {
        const [a, b] = [noise(of, first), noise(of, second)];
        expect(comparePixels(a, b)).toEqual(comparePixels(b, a));
      }),
      { numRuns: 30 },
    );
  });

  it('finds every picture identical to itself, and leaves it alone', () => {
    fc.assert(
      fc.property(size, seed, (of, first) => {
        const a = noise(of, first);
        expect(comparePixels(a, a)).toEqual({ ssim: 1, psnrDb: null, identical: true });
        expect(a).toEqual(noise(of, first));
      }),
      { numRuns: 30 },
    );
  });
});

describe('very wide pictures', () => {
  it('counts the largest differences in full', () => {
    const of = { widthPx: 100_003, heightPx: 8 };
    const black = { ...of, data: new Uint8Array(3 * of.widthPx * of.heightPx) };
    const white = { ...of, data: new Uint8Array(3 * of.widthPx * of.heightPx).fill(255) };

    const { ssim, psnrDb } = comparePixels(black, white);

    expect(psnrDb).toBe(0);
    const c1 = (0.01 * 255) ** 2;
    expectNear(ssim, c1 / (255 ** 2 + c1), 1e-9);
  });

  it('has the mean of all windows', () => {
    const [widthPx, heightPx] = [9001, 7];
    const [a, b] = [xorshift32(5, widthPx * heightPx), xorshift32(6, widthPx * heightPx)];
    expectNear(ssimGrey(a, b, widthPx, heightPx), naiveSsim(a, b, widthPx, heightPx), 1e-6);
  });
});

it('refuses pictures of different sizes', () => {
  const [a, b] = [noise({ widthPx: 8, heightPx: 9 }, 1), noise({ widthPx: 9, heightPx: 8 }, 1)];
  expect(() => comparePixels(a, b)).toThrow('expected pictures of the same size, received 8×9 and 9×8');
});

function noise(size: { widthPx: number; heightPx: number }, seed: number): Pixels {
  return { ...size, data: xorshift32(seed, 3 * size.widthPx * size.heightPx) };
}

/** Grey, so that ssim.js's own weights of the colours make no difference. */
function greyImage(picture: Pixels) {
  const data = Uint8ClampedArray.from([...greyPlane(picture)].flatMap((level) => [level, level, level, 255]));
  return { data, width: picture.widthPx, height: picture.heightPx };
}
