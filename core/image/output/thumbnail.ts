import { rgbaToThumbHash } from 'thumbhash';
import { orientPixels, resizePixels } from '../edit/resize.ts';
import { type Size, within } from '../geometry.ts';
import { fromPixels, type Pixels, toPixels } from '../pixels.ts';
import type { Thumbnail } from '../types.ts';

/** Longest side in pixels. */
const LONGEST_SIDE_PX = 320;
/** Longest side of what is hashed: a hash holds seven waves a side at most, for which this is more than enough. */
const HASHED_SIDE_PX = 32;

/** Effort 1 takes a third of the time of the default, and 13 % more bytes. */
const WEBP = { quality: 75, effort: 1 } as const;

/**
 * The upright pixels of a thumbnail: a small picture of the original. A small original keeps its size.
 *
 * @param original as stored; its transparent pixels lie on the recipe's background
 * @param orientation EXIF orientation 1..8
 * @returns pixels that stay as they are when the original is edited
 */
export async function thumbnailPixels(original: Pixels, orientation: number): Promise<Pixels> {
  const small = await shrunk(original, within(original, LONGEST_SIDE_PX));
  const upright = await orientPixels(small, orientation);
  return upright.data === original.data ? { ...upright, data: Buffer.from(upright.data) } : upright;
}

/**
 * Encodes a thumbnail, without metadata, and hashes it.
 *
 * @see https://evanw.github.io/thumbhash/
 */
export async function encodeThumbnail(pixels: Pixels): Promise<Thumbnail> {
  const { widthPx, heightPx } = pixels;
  const bytes = await fromPixels(pixels).webp(WEBP).toBuffer();
  return { widthPx, heightPx, bytes, hash: hashOf(pixels) };
}

/** Rows of the original that a row of the thumbnail is made of, at least. */
const ROWS_A_ROW = 3;

/**
 * Shrinks by some rows of a large original: of 12 megapixels, every fourth takes 6 ms, and all take 16. The rows are
 * skipped without a copy, as the left part of a picture whose rows are that many times as long.
 */
async function shrunk({ data, widthPx, heightPx }: Pixels, size: Size): Promise<Pixels> {
  const step = Math.max(1, Math.floor(heightPx / size.heightPx / ROWS_A_ROW));
  const height = Math.floor(heightPx / step);
  if (step === 1) return resizePixels({ data, widthPx, heightPx }, size);
  const rows = {
    data: data.subarray(0, 3 * step * widthPx * height),
    widthPx: step * widthPx,
    heightPx: height,
  };
  return toPixels(
    fromPixels(rows)
      .extract({ left: 0, top: 0, width: widthPx, height })
      .resize(size.widthPx, size.heightPx, { kernel: 'lanczos3', fit: 'fill' }),
  );
}

/** Of means of square blocks. This takes half a millisecond, and a pipeline of sharp for it two. */
function hashOf({ data, widthPx, heightPx }: Pixels): string {
  const sidePx = Math.ceil(Math.max(widthPx, heightPx) / HASHED_SIDE_PX);
  const [columns, rows] = [Math.ceil(widthPx / sidePx), Math.ceil(heightPx / sidePx)];
  const sums = new Float64Array(4 * columns * rows);
  for (let y = 0, at = 0; y < heightPx; y += 1) {
    const row = Math.floor(y / sidePx) * columns;
    for (let x = 0; x < widthPx; x += 1, at += 3) {
      const block = 4 * (row + Math.floor(x / sidePx));
      for (let channel = 0; channel < 3; channel += 1) {
        sums[block + channel] = (sums[block + channel] ?? 0) + (data[at + channel] ?? 0);
      }
      sums[block + 3] = (sums[block + 3] ?? 0) + 1;
    }
  }
  const rgba = sums.map((sum, index) => (index % 4 === 3 ? 255 : sum / (sums[index - (index % 4) + 3] ?? 1)));
  return Buffer.from(rgbaToThumbHash(columns, rows, rgba)).toString('base64');
}
