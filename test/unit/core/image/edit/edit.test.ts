import { describe, expect, it, test } from 'vitest';
import { editPixels } from '../../../../../core/image/edit/edit.ts';
import type { Pixels } from '../../../../../core/image/pixels.ts';
import { FILTERS, type Filter } from '../../../../../core/recipe.ts';
import { recipeOf } from '../../../../support/fixtures/pictures.ts';
import { readPhoto } from '../../../../support/fixtures/reference/pictures.ts';

// What Pillow has is held to Pillow's outputs in enhance.test.ts.

describe('the filters', () => {
  it('returns the picture itself where there is no filter', async () => {
    const picture = await readPhoto('coffee');
    expect(await filtered(picture, [])).toBe(picture);
  });

  test.each(FILTERS)('leaves its input alone, and changes the output: %s', async (filter) => {
    const picture = await readPhoto('coffee');
    const result = await filtered(picture, [filter]);

    expect(picture).toEqual(await readPhoto('coffee'));
    expect(result).toMatchObject({ widthPx: 96, heightPx: 72 });
    expect(result.data.length).toBe(picture.data.length);
    expect(Buffer.compare(result.data, picture.data)).not.toBe(0);
  });

  test.each(FILTERS)('takes a picture that is smaller than any window: %s', async (filter) => {
    const line = row([90, 60, 30], [30, 60, 90]);
    expect(await filtered(line, [filter])).toMatchObject({ widthPx: 2, heightPx: 1 });
  });

  it('applies them in the order given', async () => {
    const picture = await readPhoto('coffee');
    const sepiaLast = await filtered(picture, ['grayscale', 'sepia']);
    const greyLast = await filtered(picture, ['sepia', 'grayscale']);

    expect(sepiaLast.data[0]).not.toBe(sepiaLast.data[2]);
    expect(greyLast.data[0]).toBe(greyLast.data[2]);
  });
});

test('sepia is the matrix of CSS, clipped', async () => {
  const { data } = await filtered(row([100, 50, 200], [255, 255, 255]), ['sepia']);
  expect([...data]).toEqual([116, 103, 80, 255, 255, 239]);
});

test('blur is a Gaussian of 2 px standard deviation', async () => {
  const sidePx = 31;
  const dot: Pixels = { data: new Uint8Array(3 * sidePx * sidePx), widthPx: sidePx, heightPx: sidePx };
  for (let y = 10; y < 21; y++) dot.data.fill(240, 3 * (y * sidePx + 10), 3 * (y * sidePx + 21));

  const { data } = await filtered(dot, ['blur']);

  const weights = Array.from({ length: sidePx }, (_, x) => Math.exp(-((x - 15) ** 2) / 8));
  const total = weights.reduce((sum, weight) => sum + weight);
  const edge = (at: number) =>
    weights.reduce((sum, weight, x) => sum + (x - 15 + at >= 10 && x - 15 + at < 21 ? weight / total : 0), 0);
  for (let y = 0; y < sidePx; y++) {
    for (let x = 0; x < sidePx; x++) {
      const expected = 240 * edge(x) * edge(y);
      expect(Math.abs((data[3 * (y * sidePx + x)] ?? 0) - expected), `at ${x}, ${y}`).toBeLessThanOrEqual(1);
    }
  }
});

test('blurring ten times neither darkens nor brightens', async () => {
  const picture = await readPhoto('coffee');
  const blurred = await filtered(picture, Array<Filter>(10).fill('blur'));
  // Without its edges, which a blur repeats, a mean of levels stays what it is.
  const flat: Pixels = { data: new Uint8Array(3 * 40 * 40).fill(90), widthPx: 40, heightPx: 40 };
  flat.data.fill(91, 0, 3 * 20 * 40);
  const stripes = await filtered(flat, Array<Filter>(10).fill('blur'));
  expect(Math.abs(meanOf(stripes) - meanOf(flat))).toBeLessThan(0.1);
  expect(Math.abs(meanOf(blurred) - meanOf(picture))).toBeLessThan(1);
});

test('denoise takes away single wrong pixels', async () => {
  const flat: Pixels = { data: new Uint8Array(3 * 9 * 9).fill(90), widthPx: 9, heightPx: 9 };
  const spoilt = { ...flat, data: new Uint8Array(flat.data) };
  spoilt.data.fill(255, 3 * 40, 3 * 41);

  expect([...(await filtered(spoilt, ['denoise'])).data]).toEqual([...flat.data]);
});

function row(...colours: number[][]): Pixels {
  return { data: Uint8Array.from(colours.flat()), widthPx: colours.length, heightPx: 1 };
}

function meanOf({ data }: Pixels): number {
  return data.reduce((sum, sample) => sum + sample, 0) / data.length;
}

function filtered(picture: Pixels, filters: Filter[]): Promise<Pixels> {
  return editPixels(picture, recipeOf({ filters }));
}
