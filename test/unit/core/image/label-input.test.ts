import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { labelInput } from '../../../../core/image/label-input.ts';
import type { Pixels } from '../../../../core/image/pixels.ts';
import { makePicture } from '../../../support/fixtures/reference/pictures.ts';
import { labelledPictures } from '../../../support/fixtures/reference/vectors.ts';

const UPRIGHT = { orientation: 1, background: '#ffffff' };

describe('what a model sees', () => {
  it("is what Pillow's crop and BICUBIC give, in every sample", { timeout: 30_000 }, async () => {
    const vectors = labelledPictures();
    expect(vectors.length).toBeGreaterThan(120);
    const pictures = new Map<string, Pixels>();
    for (const { picture, orientation, mode, sha256 } of vectors) {
      const key = JSON.stringify(picture);
      const pixels = pictures.get(key) ?? (await makePicture(picture));
      pictures.set(key, pixels);
      const input = labelInput(pixels, { orientation, background: '#ffffff' }, mode);
      const checksum = createHash('sha256').update(input).digest('hex').slice(0, 32);
      expect(checksum, `${key}, orientation ${orientation}, ${mode}`).toBe(sha256);
    }
  });

  it('lies on white, whatever the background of the recipe is', () => {
    const side = 256;
    const levels = [10, 100, 200];
    // Columns of every opacity; the colours are blended with the background, as a decoded picture has them.
    const alpha = Uint8Array.from({ length: side * side }, (_, pixel) => pixel % side);
    const on = (background: readonly number[]): Pixels => {
      const data = Uint8Array.from({ length: 3 * side * side }, (_, index) => {
        const opacity = (alpha[Math.floor(index / 3)] as number) / 255;
        return Math.round(
          (levels[index % 3] as number) * opacity + (background[index % 3] as number) * (1 - opacity),
        );
      });
      return { data, alpha, widthPx: side, heightPx: side };
    };
    const white = labelInput(on([255, 255, 255]), UPRIGHT, 'fast');
    const teal = labelInput(on([0, 128, 129]), { ...UPRIGHT, background: '#008081' }, 'fast');
    const apart = white.map((level, index) => Math.abs(level - (teal[index] as number)));
    expect(apart.reduce((a, b) => Math.max(a, b))).toBeLessThan(2);
    // The opacity of the input's left edge is 16, so it is nearly white.
    expect([...white.subarray(0, 3)].every((level) => level > 230)).toBe(true);
  });
});
