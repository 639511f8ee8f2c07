import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { resizePixels } from '../../../../../core/image/edit/resize.ts';
import { comparePixels } from '../../../../../core/image/measure/compare.ts';
import { padPixels } from '../../../../../core/image/pixels.ts';
import {
  BLUE,
  decode,
  flat,
  gradient,
  meanDifference,
  pixelAt,
  quadrants,
  RED,
  sample,
  WHITE,
} from '../../../../support/fixtures/pictures.ts';
import { makePicture, readPng } from '../../../../support/fixtures/reference/pictures.ts';
import { enlargedPictures, mixedPictures } from '../../../../support/fixtures/reference/vectors.ts';

describe("enlarging, against Pillow's LANCZOS", () => {
  const pictures = enlargedPictures();

  test('has at least 200 pictures', () => expect(pictures.length).toBeGreaterThanOrEqual(200));

  test.each(pictures)('$picture to $width × $height', async ({ picture, width, height, sha256 }) => {
    const enlarged = await resizePixels(await makePicture(picture), { widthPx: width, heightPx: height });
    expect(enlarged).toMatchObject({ widthPx: width, heightPx: height });
    expect(createHash('sha256').update(enlarged.data).digest('hex').slice(0, 32)).toBe(sha256);
  });
});

test('one side enlarged and the other shrunk is near to Pillow', async () => {
  const sheet = await readPng('enlarge-mixed.png');
  let start = 0;
  for (const { picture, width, height } of mixedPictures()) {
    const size = { widthPx: width, heightPx: height };
    const expected = sheet.data.subarray(start, start + 3 * width * height);
    start += expected.length;
    const { ssim } = comparePixels(await resizePixels(await makePicture(picture), size), {
      data: expected,
      ...size,
    });
    expect(ssim, JSON.stringify(picture)).toBeGreaterThan(0.99);
  }
  expect(start).toBe(sheet.data.length);
});

test('a picture of its size already is not touched', async () => {
  const pixels = gradient(30, 20);
  expect(await resizePixels(pixels, { widthPx: 30, heightPx: 20 })).toBe(pixels);
});

test('a smooth picture stays itself, smaller and larger', async () => {
  for (const [widthPx, heightPx] of [
    [40, 30],
    [800, 600],
  ] as const) {
    const resized = await resizePixels(gradient(200, 150), { widthPx, heightPx });
    expect(resized).toMatchObject({ widthPx, heightPx });
    expect(meanDifference(resized, gradient(widthPx, heightPx))).toBeLessThan(2.6);
  }
});

test('a flat picture stays flat', async () => {
  const resized = await resizePixels(flat(100, 80, RED), { widthPx: 33, heightPx: 27 });
  expect(resized.data).toEqual(Buffer.from(flat(33, 27, RED).data));
});

test('down and up again, a photo is still nearly itself', async () => {
  const photo = await decode(sample('coffee.jpg'));
  const half = await resizePixels(photo, { widthPx: 300, heightPx: 200 });
  const back = await resizePixels(half, { widthPx: 600, heightPx: 400 });
  expect(meanDifference(back, photo)).toBeLessThan(7);
});

test('the canvas shows its colour around the content and nothing else changes', () => {
  const at = { leftPx: 1, topPx: 2, widthPx: 4, heightPx: 3 };
  const padded = padPixels(quadrants(4, 3), { widthPx: 6, heightPx: 7 }, at, '#ffffff');
  expect(padded).toMatchObject({ widthPx: 6, heightPx: 7 });
  for (let y = 0; y < 7; y += 1) {
    for (let x = 0; x < 6; x += 1) {
      const isInside = x >= 1 && x < 5 && y >= 2 && y < 5;
      expect(pixelAt(padded, x, y)).toEqual(isInside ? pixelAt(quadrants(4, 3), x - 1, y - 2) : WHITE);
    }
  }
});

test('a canvas has the colour that was asked for', () => {
  const at = { leftPx: 0, topPx: 0, widthPx: 1, heightPx: 1 };
  const padded = padPixels(flat(1, 1, BLUE), { widthPx: 2, heightPx: 1 }, at, '#0a141e');
  expect([...padded.data]).toEqual([...BLUE, 10, 20, 30]);
});
