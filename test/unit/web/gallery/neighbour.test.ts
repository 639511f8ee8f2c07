import { describe, expect, it } from 'vitest';
import { neighbourOf } from '../../../../web/gallery/neighbour.ts';

const ROWS = [
  { start: 0, end: 3, heightPx: 100, widthsPx: [100, 100, 100] },
  { start: 3, end: 5, heightPx: 100, widthsPx: [200, 100] },
];

describe('keys in the gallery', () => {
  it.each([
    ['ArrowRight', 2, 3],
    ['ArrowRight', 4, 4],
    ['ArrowLeft', 3, 2],
    ['ArrowLeft', 0, 0],
    ['ArrowDown', 0, 3],
    ['ArrowDown', 2, 4],
    ['ArrowUp', 4, 2],
    ['ArrowUp', 1, undefined],
    ['Home', 4, 0],
    ['End', 0, 4],
    ['a', 0, undefined],
    ['End', -1, undefined],
  ])('%s leads from %i to %s', (key, from, to) => {
    expect(neighbourOf(key, ROWS, from)).toBe(to);
  });
});
