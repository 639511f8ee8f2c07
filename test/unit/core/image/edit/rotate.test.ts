import { describe, expect, test } from 'vitest';
import { rotatePixels } from '../../../../../core/image/edit/rotate.ts';
import type { Pixels } from '../../../../../core/image/pixels.ts';
import { flat } from '../../../../support/fixtures/pictures.ts';
import { makePicture, readPng } from '../../../../support/fixtures/reference/pictures.ts';
import { rotatedPictures } from '../../../../support/fixtures/reference/vectors.ts';

describe('against 8× supersampling by Pillow', async () => {
  test.each(await withResults())('$title', async ({ picture, degrees, background, expected }) => {
    const rotated = rotatePixels(await makePicture(picture), degrees, background);
    expect(rotated).toMatchObject({ widthPx: expected.widthPx, heightPx: expected.heightPx });
    const differences = rotated.data.map((level, at) => Math.abs(level - (expected.data[at] ?? 0)));
    expect(Math.max(...differences)).toBeLessThanOrEqual(6);
    expect(differences.reduce((sum, difference) => sum + difference, 0) / differences.length).toBeLessThan(1);
  });
});

describe.each([1, 30, 45, 89, 91, 179, 181, 200, 359])(
  'rotated by %i°, a black picture on white',
  (degrees) => {
    test.each([
      [60, 40],
      [1, 40],
      [1, 1],
      [256, 256],
      [300, 7],
    ])('of %i × %i loses nothing, and its centre stays', (widthPx, heightPx) => {
      const { data, ...canvas } = rotatePixels(flat(widthPx, heightPx, [0, 0, 0]), degrees, '#ffffff');
      const mass = massOf({ data, ...canvas });
      // Of few pixels, rounding to 8 bits may take or give up to 2 %.
      expect(mass.total / (widthPx * heightPx)).toBeCloseTo(1, widthPx * heightPx > 100 ? 2 : 1);
      expect(mass.x / mass.total).toBeCloseTo(canvas.widthPx / 2, 1);
      expect(mass.y / mass.total).toBeCloseTo(canvas.heightPx / 2, 1);
    });
  },
);

test('a picture larger than a tile has no seams', async () => {
  const small = rotatePixels(flat(700, 500, [40, 90, 140]), 33, '#285a8c');
  expect(new Set(small.data)).toEqual(new Set([40, 90, 140]));
});

/** How much black there is, and where, in pixels. */
function massOf({ data, widthPx }: Pixels) {
  const mass = { total: 0, x: 0, y: 0 };
  for (let pixel = 0; pixel < data.length / 3; pixel++) {
    const share = 1 - (data[3 * pixel] ?? 0) / 255;
    mass.total += share;
    mass.x += share * ((pixel % widthPx) + 0.5);
    mass.y += share * (Math.floor(pixel / widthPx) + 0.5);
  }
  return mass;
}

/** The pictures of the vectors, each with Pillow's result. */
async function withResults() {
  const { data } = await readPng('rotate.png');
  let start = 0;
  return rotatedPictures().map((vector) => {
    const { picture, degrees, width, height } = vector;
    const expected = {
      data: data.subarray(start, start + 3 * width * height),
      widthPx: width,
      heightPx: height,
    };
    start += expected.data.length;
    const title = `${picture.kind} ${JSON.stringify(picture)} by ${degrees}° to ${width} × ${height}`;
    return { ...vector, expected, title };
  });
}
