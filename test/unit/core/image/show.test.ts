import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { PermanentError } from '../../../../core/errors.ts';
import { showImage } from '../../../../core/image/show.ts';
import { recipeSchema } from '../../../../core/recipe.ts';

const LIMITS = {
  maxBytes: 1e8,
  maxPixels: 2e8,
  maxPages: 200,
  maxMemoryBytes: 2e9,
  timeoutMs: 60_000,
};
const SAMPLES = join(import.meta.dirname, '..', '..', '..', '..', 'samples');

async function pixelAt(bytes: Buffer, x: number, y: number): Promise<number[]> {
  const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const at = info.channels * (y * info.width + x);
  return [...data.subarray(at, at + 3)];
}

const recipeOn = (background: string) =>
  recipeSchema.parse({ resize: { ratio: 1, background }, rotations: [], measure: { detail: false } });

describe('a view', () => {
  it('has at most 1600 px on its longest side, upright, as WebP without metadata', async () => {
    const red = { create: { width: 3000, height: 2000, channels: 3, background: '#c00000' } } as const;
    const original = await sharp(red)
      .composite([
        {
          input: { create: { ...red.create, width: 3000, height: 200, background: '#0000c0' } },
          top: 0,
          left: 0,
        },
      ])
      .withMetadata({ orientation: 6, exif: { IFD0: { Copyright: 'somebody' } } })
      .jpeg()
      .toBuffer();
    const view = await showImage(original, recipeOn('#ffffff'), LIMITS);
    expect(view).toMatchObject({ widthPx: 1067, heightPx: 1600 });
    const { format, width, height, exif, icc, orientation } = await sharp(view.bytes).metadata();
    expect({ format, width, height, exif, icc, orientation }).toEqual({
      format: 'webp',
      width: 1067,
      height: 1600,
    });
    // Orientation 6 moves the blue top of the stored picture to the right.
    const [left = [], right = []] = [
      await pixelAt(view.bytes, 20, 800),
      await pixelAt(view.bytes, 1050, 800),
    ];
    expect(left[0]).toBeGreaterThan(180);
    expect(right[2]).toBeGreaterThan(180);
  });

  it('keeps the size of a smaller original, and shows the background through it', async () => {
    const clear = { width: 40, height: 30, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } as const;
    const view = await showImage(
      await sharp({ create: clear }).png().toBuffer(),
      recipeOn('#20c040'),
      LIMITS,
    );
    expect(view).toMatchObject({ widthPx: 40, heightPx: 30 });
    for (const [index, level] of [0x20, 0xc0, 0x40].entries()) {
      expect(Math.abs(((await pixelAt(view.bytes, 20, 15))[index] ?? 0) - level)).toBeLessThan(4);
    }
  });

  it('looks like its photo', async () => {
    const original = readFileSync(join(SAMPLES, 'coffee.jpg'));
    const view = await showImage(original, recipeOn('#ffffff'), LIMITS);
    const [ours, theirs] = await Promise.all(
      [view.bytes, original].map((bytes) =>
        sharp(bytes).autoOrient().resize(64, 64, { fit: 'fill' }).raw().toBuffer(),
      ),
    );
    const error = [...(ours ?? [])].reduce(
      (sum, level, index) => sum + Math.abs(level - (theirs?.[index] ?? 0)),
      0,
    );
    expect(error / (64 * 64 * 3)).toBeLessThan(2);
  });

  it('of what is no picture is refused', async () => {
    await expect(showImage(Buffer.from('no picture'), recipeOn('#ffffff'), LIMITS)).rejects.toThrow(
      PermanentError,
    );
  });
});
