import fc from 'fast-check';
import { describe, expect, it, test, vi } from 'vitest';
import { ssimulacra2 } from '../../../../../core/image/measure/ssimulacra2.ts';
import type { Pixels } from '../../../../../core/image/pixels.ts';
import { makePicture, readPhoto } from '../../../../support/fixtures/reference/pictures.ts';
import { scoredPairs } from '../../../../support/fixtures/reference/vectors.ts';
import { xorshift32 } from '../../../../support/fixtures/reference/xorshift.ts';
import { expectNear } from './expect-near.ts';
import { naiveSsimulacra2 } from './naive-ssimulacra2.ts';

const pairs = scoredPairs();

describe("against PyPI's ssimulacra2", () => {
  it('has at least 60 pairs', () => expect(pairs.length).toBeGreaterThanOrEqual(60));

  // The requirement is 0.5; the largest difference over these pairs is 0.0009.
  test.each(pairs)('$name', async ({ a, b, score }) => {
    expectNear(ssimulacra2(await makePicture(a), await makePicture(b)), score, 0.01);
  });
});

describe('at any size', () => {
  const size = fc.record({
    widthPx: fc.integer({ min: 8, max: 40 }),
    heightPx: fc.integer({ min: 8, max: 40 }),
  });
  const seed = fc.integer({ min: 1, max: 2 ** 31 - 1 });

  it('is what the definition says', () => {
    fc.assert(
      fc.property(size, seed, seed, fc.constantFrom(1, 7, 255), (of, first, second, mask) => {
        const a = noise(of, first);
        const b = { ...of, data: a.data.map((sample, i) => sample ^ ((second >> (i % 23)) & mask)) };
        expectNear(ssimulacra2(a, b), naiveSsimulacra2(a, b), 0.01);
      }),
      { numRuns: 60 },
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

describe('sizes that have no score', () => {
  test.each([
    [1, 1],
    [7, 8],
    [8, 7],
    [1, 500],
    [500, 1],
    [65_536, 8],
  ])('%i×%i', (widthPx, heightPx) => {
    const [a, b] = [noise({ widthPx, heightPx }, 1), noise({ widthPx, heightPx }, 2)];
    expect(ssimulacra2(a, b)).toBeNull();
    expect(ssimulacra2(a, a)).toBeNull();
  });

  it('has one for the smallest and the widest', () => {
    const small = { widthPx: 8, heightPx: 8 };
    const wide = { widthPx: 65_535, heightPx: 8 };
    expect(ssimulacra2(noise(small, 1), noise(small, 2))).toBeLessThan(100);
    expect(ssimulacra2(noise(wide, 1), noise(wide, 2))).toBeLessThan(100);
  });
});

it('does not depend on what was measured before', async () => {
  const [a, b] = [await readPhoto('coffee'), await readPhoto('coffee-jpeg')];
  const first = ssimulacra2(a, b);
  const large = { widthPx: 501, heightPx: 301 };
  ssimulacra2(noise(large, 3), noise(large, 4));

  expect(ssimulacra2(a, b)).toBe(first);
});

it('tells which picture is the reference', async () => {
  const [a, b] = [await readPhoto('coffee'), await readPhoto('coffee-jpeg')];

  expect(ssimulacra2(a, b)).not.toBe(ssimulacra2(b, a));
});

describe('memory', () => {
  test.each([8, 15, 16, 100])('is at most 60 bytes a pixel at a height of %i px', async (heightPx) => {
    const { empty, used } = await bytesUsed({ widthPx: 4000, heightPx });
    expect(used - empty).toBeLessThanOrEqual(60 * 4000 * heightPx);
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

function noise(size: { widthPx: number; heightPx: number }, seed: number): Pixels {
  return { ...size, data: xorshift32(seed, 3 * size.widthPx * size.heightPx) };
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
