import { thumbHashToAverageRGBA } from 'thumbhash';
import { describe, expect, test } from 'vitest';
import { processImage } from '../../../../../core/image/process.ts';
import { sharp } from '../../../../../core/image/sharp-setup.ts';
import type { Thumbnail } from '../../../../../core/image/types.ts';
import { LIMITS, recipeOf } from '../../../../support/fixtures/pictures.ts';

/** A picture whose left half is red and whose right half is blue. */
function halves(widthPx: number, heightPx: number) {
  const data = Buffer.alloc(3 * widthPx * heightPx);
  for (let pixel = 0; pixel < widthPx * heightPx; pixel += 1) {
    data[3 * pixel + (pixel % widthPx < widthPx / 2 ? 0 : 2)] = 255;
  }
  return sharp(data, { raw: { width: widthPx, height: heightPx, channels: 3 } });
}

async function thumbnailOf(bytes: Buffer, recipe: object = {}): Promise<Thumbnail> {
  return (await processImage(bytes, recipeOf({ rotations: [], ...recipe }), LIMITS)).thumbnail;
}

/** The colour in the middle of the left, the right, the upper and the lower edge. */
async function edges({ bytes, widthPx, heightPx }: Thumbnail): Promise<number[][]> {
  const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
  expect(info).toMatchObject({ width: widthPx, height: heightPx, channels: 3 });
  const at = (x: number, y: number) => [...data.subarray(3 * (y * widthPx + x), 3 * (y * widthPx + x) + 3)];
  const [middleX, middleY] = [Math.floor(widthPx / 2), Math.floor(heightPx / 2)];
  return [at(1, middleY), at(widthPx - 2, middleY), at(middleX - 8, 1), at(middleX - 8, heightPx - 2)];
}

const isRed = ([red = 0, , blue = 0]: number[]) => red > 200 && blue < 60;
const isBlue = ([red = 0, , blue = 0]: number[]) => blue > 200 && red < 60;

describe('the thumbnail', () => {
  test.each([
    ['a large picture', 1600, 1200, { widthPx: 320, heightPx: 240 }],
    ['a tall picture', 300, 1600, { widthPx: 60, heightPx: 320 }],
    ['a small picture, which keeps its size', 120, 90, { widthPx: 120, heightPx: 90 }],
    ['a line', 2000, 1, { widthPx: 320, heightPx: 1 }],
    ['a pixel', 1, 1, { widthPx: 1, heightPx: 1 }],
  ])('of %s has its shape', async (_, widthPx, heightPx, size) => {
    const thumbnail = await thumbnailOf(await halves(widthPx, heightPx).png().toBuffer());
    expect(thumbnail).toMatchObject(size);
    expect((await sharp(thumbnail.bytes).metadata()).width).toBe(size.widthPx);
    expect(Buffer.from(thumbnail.hash, 'base64').length).toBeLessThanOrEqual(25);
  });

  test('is upright and in sRGB, and carries no metadata', async () => {
    const bytes = await halves(800, 600)
      .withExif({ IFD0: { Artist: 'A. Nonymous' } })
      .withMetadata({ orientation: 6, icc: 'p3' })
      .jpeg({ quality: 95 })
      .toBuffer();
    const thumbnail = await thumbnailOf(bytes, { metadata: { keep: 'all' } });
    expect(thumbnail).toMatchObject({ widthPx: 240, heightPx: 320 });
    const { format, exif, icc, xmp, space, orientation } = await sharp(thumbnail.bytes).metadata();
    expect({ format, exif, icc, xmp, space, orientation }).toEqual({ format: 'webp', space: 'srgb' });
    // Clockwise by 90 degrees, the left half comes to lie above.
    const [, , above = [], below = []] = await edges(thumbnail);
    expect(isRed(above)).toBe(true);
    expect(isBlue(below)).toBe(true);
  });

  test('shows the whole original, whatever the recipe makes of it', async () => {
    const recipe = { resize: { widthPx: 50, heightPx: 300, fit: 'cover' }, filters: ['grayscale'] };
    const thumbnail = await thumbnailOf(await halves(900, 300).png().toBuffer(), recipe);
    expect(thumbnail).toMatchObject({ widthPx: 320, heightPx: 107 });
    const [left = [], right = []] = await edges(thumbnail);
    expect([isRed(left), isBlue(right)]).toEqual([true, true]);
  });

  test('of an animation is its first frame, cropped or not', async () => {
    const red = await sharp({ create: { width: 400, height: 200, channels: 3, background: '#f00' } })
      .png()
      .toBuffer();
    const blue = await sharp({ create: { width: 400, height: 200, channels: 3, background: '#00f' } })
      .png()
      .toBuffer();
    const gif = await sharp([red, blue], { join: { animated: true } })
      .gif()
      .toBuffer();
    for (const fit of ['contain', 'cover']) {
      const recipe = {
        animated: 'keep',
        resize: { widthPx: 64, heightPx: 64, fit },
        output: { format: 'webp' },
      };
      const thumbnail = await thumbnailOf(gif, recipe);
      expect(thumbnail).toMatchObject({ widthPx: 320, heightPx: 160 });
      expect((await edges(thumbnail)).every(isRed)).toBe(true);
    }
  });

  test('has a hash of its colours', async () => {
    const picture = sharp({ create: { width: 300, height: 200, channels: 3, background: '#40a0e0' } });
    const { hash } = await thumbnailOf(await picture.png().toBuffer());
    const { r, g, b, a } = thumbHashToAverageRGBA(Buffer.from(hash, 'base64'));
    expect(
      [255 * r, 255 * g, 255 * b].map((level, index) => Math.abs(level - ([64, 160, 224][index] ?? 0)) < 12),
    ).toEqual([true, true, true]);
    expect(a).toBe(1);
  });
});
