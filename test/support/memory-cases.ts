import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import type { Size } from '../../core/image/geometry.ts';
import { pngChunk } from '../../core/image/source/png-chunks.ts';
import type { RecipeInput } from '../../core/recipe.ts';

/** An image of a kind that takes its own amount of memory, and a recipe for it. */
export interface MemoryCase {
  title: string;
  file: string;
  recipe: RecipeInput;
  write(path: string, size: Size): Promise<unknown>;
}

const FULL_SIZE = { resize: { ratio: 1 }, measure: { detail: false }, rotations: [] };
const KEPT = { animated: 'keep', output: { format: 'webp' } } as const;
const KEPT_AS_GIF = { animated: 'keep', output: { format: 'gif' } } as const;

/** Smooth noise, which compresses as a photo does. */
function photo({ widthPx: width, heightPx: height }: Size): Sharp {
  const noise = { type: 'gaussian', mean: 128, sigma: 30 } as const;
  return sharp({
    create: { width, height, channels: 3, background: '#808080', noise },
    limitInputPixels: false,
  }).blur(2);
}

const jpeg = (size: Size) => photo(size).jpeg({ quality: 90 });
const deep = (size: Size) => photo(size).ensureAlpha(0.5).toColourspace('rgb16');
const PROGRESSIVE = { quality: 90, progressive: true } as const;

/** Frames of strong colours, so that no writer merges them; they share the pixels of the size. */
function animation({ widthPx, heightPx }: Size): Sharp {
  const [side, frames] = [500, Math.round((widthPx * heightPx) / 250_000)];
  const roll = Buffer.alloc(3 * side * side * frames);
  for (let index = 0; index < frames; index += 1) {
    const colour = [0, 1, 2].map((bit) => 255 * ((index >> bit) & 1));
    roll.fill(Buffer.from(colour), 3 * side * side * index, 3 * side * side * (index + 1));
  }
  const raw = { width: side, height: side * frames, channels: 3, pageHeight: side } as const;
  return sharp(roll, { raw, limitInputPixels: false });
}

const gif = (size: Size) => animation(size).gif({ effort: 1, dither: 0 });

const PNG_HEADER_END = 33;

/** A picture in BT.2020 and PQ. sharp has no way to say so. @see ITU-T H.273 */
async function writePqPng(path: string, size: Size): Promise<void> {
  const png = await deep(size).png({ compressionLevel: 1 }).toBuffer();
  const cicp = pngChunk('cICP', Buffer.from([9, 16, 0, 1]));
  await writeFile(path, Buffer.concat([png.subarray(0, PNG_HEADER_END), cicp, png.subarray(PNG_HEADER_END)]));
}

/** A case whose file a pipeline of sharp writes, for the default recipe or another. */
function memoryCase(
  title: string,
  file: string,
  make: (size: Size) => Sharp,
  recipe: RecipeInput = {},
): MemoryCase {
  return { title, file, recipe, write: (path, size) => make(size).toFile(path) };
}

export const MEMORY_CASES: readonly MemoryCase[] = [
  memoryCase('JPEG, baseline 4:2:0', 'base.jpg', jpeg),
  memoryCase('JPEG, progressive 4:2:0', 'progressive.jpg', (size) => photo(size).jpeg(PROGRESSIVE)),
  memoryCase('JPEG, progressive 4:4:4', 'progressive-444.jpg', (size) =>
    photo(size).jpeg({ ...PROGRESSIVE, chromaSubsampling: '4:4:4' }),
  ),
  memoryCase('JPEG, progressive CMYK', 'progressive-cmyk.jpg', (size) =>
    photo(size).toColourspace('cmyk').jpeg(PROGRESSIVE),
  ),
  memoryCase('PNG, RGB', 'plain.png', (size) => photo(size).png({ compressionLevel: 1 })),
  memoryCase('PNG, 16-bit RGBA', 'deep.png', (size) => deep(size).png({ compressionLevel: 1 })),
  memoryCase('PNG, 16-bit RGBA, interlaced', 'interlaced.png', (size) =>
    deep(size).png({ compressionLevel: 1, progressive: true }),
  ),
  memoryCase('WebP', 'lossy.webp', (size) => photo(size).webp({ effort: 0 })),
  memoryCase('WebP, lossless RGBA', 'lossless.webp', (size) =>
    photo(size).ensureAlpha(0.5).webp({ lossless: true, effort: 0 }),
  ),
  memoryCase('TIFF, 16-bit RGBA in tiles', 'tiles.tif', (size) =>
    deep(size).tiff({ compression: 'deflate', tile: true }),
  ),
  memoryCase('AVIF', 'plain.avif', (size) => photo(size).avif({ quality: 50, effort: 0 })),
  memoryCase('AVIF of 10 bits with alpha', 'deep.avif', (size) =>
    photo(size).ensureAlpha(0.5).avif({ quality: 50, effort: 0, bitdepth: 10 }),
  ),
  { title: 'PNG, 16-bit RGBA in PQ', file: 'pq.png', recipe: {}, write: writePqPng },
  memoryCase('GIF, all frames kept', 'frames.gif', gif, KEPT),
  memoryCase('GIF, all frames kept at full size', 'full.gif', gif, { ...FULL_SIZE, ...KEPT }),
  memoryCase('GIF, all frames kept as GIF at full size', 'to.gif', gif, { ...FULL_SIZE, ...KEPT_AS_GIF }),
  memoryCase(
    'WebP, all frames kept at full size',
    'frames.webp',
    (size) => animation(size).webp({ effort: 0 }),
    {
      ...FULL_SIZE,
      ...KEPT,
    },
  ),
  memoryCase('JPEG to JPEG at full size', 'full.jpg', jpeg, FULL_SIZE),
  memoryCase('JPEG to WebP at full size', 'full-webp.jpg', jpeg, {
    ...FULL_SIZE,
    output: { format: 'webp' },
  }),
  memoryCase('JPEG to PNG at full size', 'full-png.jpg', jpeg, { ...FULL_SIZE, output: { format: 'png' } }),
  memoryCase('JPEG to GIF at full size', 'full-gif.jpg', jpeg, { ...FULL_SIZE, output: { format: 'gif' } }),
  memoryCase('JPEG to AVIF at full size', 'full-avif.jpg', jpeg, {
    ...FULL_SIZE,
    output: { format: 'avif' },
  }),
  memoryCase('JPEG to the smallest JPEG at full size', 'target.jpg', jpeg, {
    ...FULL_SIZE,
    output: { format: 'jpeg', targetQuality: 80 },
  }),
  memoryCase('JPEG to the smallest file at full size', 'target-auto.jpg', jpeg, {
    ...FULL_SIZE,
    output: { format: 'auto', targetQuality: 80 },
  }),
];

/** One colour, which is quickly made and quickly read. What a decoder holds does not depend on it. */
function blank({ widthPx: width, heightPx: height }: Size): Sharp {
  return sharp({ create: { width, height, channels: 3, background: '#4080c0' }, limitInputPixels: false });
}

/** The kinds whose decoders hold the whole picture, for pictures of a size up to which someone may raise the limits. */
export const LARGE_CASES: readonly MemoryCase[] = [
  memoryCase('JPEG, baseline 4:2:0', 'large.jpg', (size) => blank(size).jpeg()),
  memoryCase('JPEG, progressive 4:4:4', 'large-444.jpg', (size) =>
    blank(size).jpeg({ progressive: true, chromaSubsampling: '4:4:4' }),
  ),
  memoryCase('JPEG, progressive CMYK', 'large-cmyk.jpg', (size) =>
    blank(size).toColourspace('cmyk').jpeg({ progressive: true }),
  ),
  memoryCase('PNG, 16-bit RGBA, interlaced', 'large.png', (size) =>
    blank(size).ensureAlpha(0.5).toColourspace('rgb16').png({ compressionLevel: 1, progressive: true }),
  ),
];

/** Writes the lossless intermediate of a photo into a folder and returns its path. */
export async function writeIntermediate(folder: string, size: Size): Promise<string> {
  const path = join(folder, 'intermediate.png');
  await photo(size).png({ compressionLevel: 2, adaptiveFiltering: true }).toFile(path);
  return path;
}

/** Writes the file of a case into a folder and returns its path. */
export async function writeCase(folder: string, { file, write }: MemoryCase, size: Size): Promise<string> {
  const path = join(folder, file);
  await write(path, size);
  return path;
}
