import { describe, expect, it } from 'vitest';
import { frameOfOriginal } from '../../../../web/image/frame.ts';

const source = (widthPx: number | null, heightPx: number | null) => ({
  source: { bucket: '', key: '', versionId: '', bytes: 1, format: 'jpeg', widthPx, heightPx },
});
const SQUARE = { widthPx: 256, heightPx: 256 };
const box = (fit: 'contain' | 'cover') => ({ ...SQUARE, fit, background: '#ffffff' });

describe('where the original lies over the result', () => {
  it('is between the padding', () => {
    expect(frameOfOriginal(source(600, 400), SQUARE, box('contain'))).toEqual({
      leftPx: 0,
      topPx: 42,
      widthPx: 256,
      heightPx: 171,
    });
  });

  it('reaches over the edges where the result is cropped', () => {
    expect(frameOfOriginal(source(600, 300), SQUARE, box('cover'))).toEqual({
      leftPx: -128,
      topPx: 0,
      widthPx: 512,
      heightPx: 256,
    });
  });

  it('is the result where both have the same shape but for rounding', () => {
    const output = { widthPx: 333, heightPx: 222 };
    expect(frameOfOriginal(source(4000, 2667), output, { ratio: 0.08325, background: '#ffffff' })).toEqual({
      leftPx: 0,
      topPx: 0,
      ...output,
    });
  });

  it('counts as padded where the recipe is not known, and fills the result where the size is not', () => {
    expect(frameOfOriginal(source(100, 50), SQUARE, undefined)).toMatchObject({ topPx: 64, heightPx: 128 });
    expect(frameOfOriginal(source(null, null), SQUARE, undefined)).toMatchObject({ topPx: 0, ...SQUARE });
  });
});
