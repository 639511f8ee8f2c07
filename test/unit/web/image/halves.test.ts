import { describe, expect, it } from 'vitest';
import { halvesOf } from '../../../../web/image/halves.ts';

const STAGE = { widthPx: 1000, dividerPx: 300, showsOriginal: true };

describe('what is seen of original and result', () => {
  it('is cut at the divider', () => {
    expect(halvesOf('slider', STAGE)).toEqual({
      original: 'inset(0 700px 0 0)',
      result: 'inset(0 0 0 300px)',
    });
  });

  it('is one half each, side by side', () => {
    expect(halvesOf('side', STAGE)).toEqual({ original: 'inset(0 50% 0 0)', result: 'inset(0 0 0 50%)' });
  });

  it('is one of both where they are flipped', () => {
    expect(halvesOf('flip', STAGE)).toEqual({ original: 'none', result: undefined });
    expect(halvesOf('flip', { ...STAGE, showsOriginal: false })).toEqual({
      original: undefined,
      result: 'none',
    });
  });

  it('is the result alone for a rotation', () => {
    expect(halvesOf('single', STAGE)).toEqual({ original: undefined, result: 'none' });
  });
});
