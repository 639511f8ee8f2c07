import { describe, expect, test } from 'vitest';
import {
  centredRegion,
  contentRegion,
  oriented,
  planResize,
  rotatedSize,
} from '../../../../core/image/geometry.ts';
import { recipeOf } from '../../../support/fixtures/pictures.ts';

const size = (widthPx: number, heightPx: number) => ({ widthPx, heightPx });

function box(fit: 'contain' | 'cover' | 'inside', widthPx = 256, heightPx = 256) {
  return recipeOf({ resize: { widthPx, heightPx, fit } }).resize;
}

describe('planResize', () => {
  test.each([
    { fit: 'contain', source: size(4000, 3000), content: size(256, 192), canvas: size(256, 256) },
    { fit: 'contain', source: size(3000, 4000), content: size(192, 256), canvas: size(256, 256) },
    { fit: 'contain', source: size(64, 32), content: size(256, 128), canvas: size(256, 256) },
    { fit: 'contain', source: size(1, 20_000), content: size(1, 256), canvas: size(256, 256) },
    { fit: 'cover', source: size(4000, 3000), content: size(256, 256), canvas: size(256, 256) },
    { fit: 'cover', source: size(10, 10), content: size(256, 256), canvas: size(256, 256) },
    { fit: 'inside', source: size(4000, 3000), content: size(256, 192), canvas: size(256, 192) },
    { fit: 'inside', source: size(64, 32), content: size(64, 32), canvas: size(64, 32) },
  ] as const)('$fit of $source.widthPx × $source.heightPx', ({ fit, source, content, canvas }) => {
    const plan = planResize(source, box(fit));
    expect(plan).toEqual({ content, canvas, crop: fit === 'cover' });
  });

  test.each([
    [1, size(401, 301)],
    [0.5, size(201, 151)],
    [0.05, size(20, 15)],
  ])('a ratio of %s scales both sides', (ratio, expected) => {
    const plan = planResize(size(401, 301), recipeOf({ resize: { ratio } }).resize);
    expect(plan).toEqual({ content: expected, canvas: expected, crop: false });
  });
});

test('the content lies in the middle, the odd pixel below and to the right', () => {
  const plan = planResize(size(300, 201), box('contain', 100, 100));
  expect(contentRegion(plan)).toEqual({ leftPx: 0, topPx: 16, widthPx: 100, heightPx: 67 });
});

test('the kept region is the largest one of the shape, centred', () => {
  expect(centredRegion(size(400, 300), size(100, 100))).toEqual({ leftPx: 50, topPx: 0, ...size(300, 300) });
  expect(centredRegion(size(400, 300), size(100, 25))).toEqual({ leftPx: 0, topPx: 100, ...size(400, 100) });
});

test('a quarter turn swaps the sides', () => {
  expect([1, 2, 3, 4].map((orientation) => oriented(size(4, 3), orientation).widthPx)).toEqual([4, 4, 4, 4]);
  expect([5, 6, 7, 8].map((orientation) => oriented(size(4, 3), orientation).widthPx)).toEqual([3, 3, 3, 3]);
});

test.each([
  [90, size(40, 60)],
  [180, size(60, 40)],
  [270, size(40, 60)],
  [360, size(60, 40)],
  [181, size(61, 43)],
  [91, size(43, 61)],
  [30, size(73, 65)],
])('60 × 40 rotated by %i°', (degrees, expected) => {
  expect(rotatedSize(size(60, 40), degrees)).toEqual(expected);
});

test('a pixel keeps a pixel in its middle', () => {
  expect(rotatedSize(size(1, 1), 181)).toEqual(size(3, 3));
  expect(rotatedSize(size(1, 40), 181)).toEqual(size(3, 41));
});
