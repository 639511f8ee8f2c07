import fc from 'fast-check';
import { describe, expect, it, test, vi } from 'vitest';
import { ssimulacra2 } from '../../../../../core/image/measure/ssimulacra2.ts';
import { encodePixels } from '../../../../../core/image/output/encode.ts';
import type { Pixels } from '../../../../../core/image/pixels.ts';
import { decode, sample } from '../../../../support/fixtures/pictures.ts';
import { alter, type Change } from '../../../../support/fixtures/reference/changes.ts';
import { makePicture, readPhoto } from '../../../../support/fixtures/reference/pictures.ts';
import { scoredPairs } from '../../../../support/fixtures/reference/vectors.ts';
import { xorshift32 } from '../../../../support/fixtures/reference/xorshift.ts';
import { expectNear } from './expect-near.ts';
import { naiveSsimulacra2 } from './naive-ssimulacra2.ts';

const pairs = scoredPairs();

describe("against PyPI's ssimulacra2 and the Rust port of the original", () => {
  it('has at least 60 pairs that are not mirrored', async () => {
    const pictures = await Promise.all(pairs.map(({ a }) => makePicture(a)));
    const large = pictures.filter(({ widthPx, heightPx }) => Math.min(widthPx, heightPx) >= 225);
    expect(large.length).toBeGreaterThanOrEqual(60);
  });

  // The requirement is 0.5. Scores over 0 differ by at most 0.009, and strong distortions by at most 2 in 10,000.
  test.each(pairs)('$name', async ({ a, b, score, original }) => {
    const found = ssimulacra2(await makePicture(a), await makePicture(b));
    expectNear(found, score, tolerance(score));
    // The original treats the edges of a picture differently, for a median of 1.1 over these pairs.
    if (original >= 30) expectNear(found, original, 8);
  });
});

describe('at any size', () => {
  const size = fc.record({
    widthPx: fc.integer({ min: 1, max: 160 }),
    heightPx: fc.integer({ min: 1, max: 160 }),
  });
  const seed = fc.integer({ min: 1, max: 2 ** 31 - 1 });

  it('is what the definition says', () => {
    fc.assert(
      fc.property(size, seed, seed, fc.constantFrom(1, 7, 255), (of, first, second, mask) => {
        const a = noise(of, first);
        const b = { ...of, data: a.data.map((sample, i) => sample ^ ((second >> (i % 23)) & mask)) };
        const expected = naiveSsimulacra2(a, b);
        expectNear(ssimulacra2(a, b), expected, tolerance(expected));
      }),
      { numRuns: 8 },
    );
  });

  it('scores a picture against itself 100, and leaves it alone', () => {
    fc.assert(
      fc.property(size, seed, (of, first) => {
        const [a, b] = [noise(of, first), noise(of, first)];
        expect(ssimulacra2(a, b)).toBe(100);
        expect([a, b]).toEqual([noise(of, first), noise(of, first)]);
      }),
      { numRuns: 30 },
    );
  });
});

describe('the parts of a picture', () => {
  const sizes = [
    [224, 150],
    [112, 100],
    [64, 60],
    [32, 30],
  ] as const;

  test.each(sizes)('score as the whole on average: %i×%i', async (width, height) => {
    const whole = await decode(sample('chelsea.jpg'));
    for (const quality of [40, 70, 90]) {
      const encoded = await decode(
        (await encodePixels(whole, { format: 'jpeg', quality, mozjpeg: false })).bytes,
      );
      const scores = cropsOf(whole, encoded, width, height).map(([a, b]) => ssimulacra2(a, b) ?? Number.NaN);
      const mean = scores.reduce((sum, score) => sum + score) / scores.length;
      expectNear(mean, ssimulacra2(whole, encoded), 4);
    }
  });
});

describe('the width', () => {
  it('has no score over 65,535 px', () => {
    const size = { widthPx: 65_536, heightPx: 8 };
    expect(ssimulacra2(noise(size, 1), noise(size, 2))).toBeNull();
    expect(ssimulacra2(noise(size, 1), noise(size, 1))).toBeNull();
  });

  it('has a score at 65,535 px', () => {
    const size = { widthPx: 65_535, heightPx: 1 };
    expect(ssimulacra2(noise(size, 1), noise(size, 2))).toBeLessThan(100);
  });
});

it('does not depend on what was measured before', async () => {
  const [a, b] = [await readPhoto('coffee'), await readPhoto('coffee-jpeg')];
  const first = ssimulacra2(a, b);
  const large = { widthPx: 501, heightPx: 301 };
  ssimulacra2(noise(large, 3), noise(large, 4));

  expect(ssimulacra2(a, b)).toBe(first);
});

it('distinguishes the reference from the other picture', async () => {
  const [a, b] = [await readPhoto('coffee'), await readPhoto('coffee-jpeg')];

  expect(ssimulacra2(a, b)).not.toBe(ssimulacra2(b, a));
});

describe('memory', () => {
  test.each([
    [1, 225],
    [400, 400],
    [4000, 4000],
  ])('is at most 650 bytes a column at %i px', async (widthPx, columns) => {
    const { empty, used } = await bytesUsed({ widthPx, heightPx: 16 });
    expect(used - empty).toBeLessThanOrEqual(650 * columns + 65_536);
  });

  it('does not grow with the height', async () => {
    const { used } = await bytesUsed({ widthPx: 1000, heightPx: 300 });
    expect((await bytesUsed({ widthPx: 1000, heightPx: 3000 })).used).toBe(used);
  });
});

it('refuses pictures of different sizes', () => {
  const [a, b] = [noise({ widthPx: 8, heightPx: 9 }, 1), noise({ widthPx: 9, heightPx: 8 }, 1)];
  expect(() => ssimulacra2(a, b)).toThrow('expected pictures of the same size, received 8×9 and 9×8');
});

/** 0.01, or 2 in 10,000 of a large number. */
function tolerance(score: number): number {
  return Math.max(0.01, Math.abs(score) / 5000);
}

function noise(size: { widthPx: number; heightPx: number }, seed: number): Pixels {
  return { ...size, data: xorshift32(seed, 3 * size.widthPx * size.heightPx) };
}

/** The same parts of two pictures, side by side, without what is left over at the edges. */
function cropsOf(a: Pixels, b: Pixels, width: number, height: number): [Pixels, Pixels][] {
  const crops: [Pixels, Pixels][] = [];
  for (let y = 0; y + height <= a.heightPx; y += height) {
    for (let x = 0; x + width <= a.widthPx; x += width) {
      const crop: Change = { kind: 'crop', box: [x, y, width, height] };
      crops.push([alter(a, crop), alter(b, crop)]);
    }
  }
  return crops;
}

/** The memory of new kernels before and after they measure a picture. */
async function bytesUsed(size: { widthPx: number; heightPx: number }) {
  vi.resetModules();
  const { layOut } = await import('../../../../../core/image/kernels/kernels.ts');
  const measure = await import('../../../../../core/image/measure/ssimulacra2.ts');
  const empty = layOut({}).bytes.length;
  measure.ssimulacra2(noise(size, 1), noise(size, 2));
  return { empty, used: layOut({}).bytes.length };
}
