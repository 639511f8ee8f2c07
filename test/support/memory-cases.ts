import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import type { Size } from '../../core/image/geometry.ts';

/** An image of a kind that takes its own amount of memory, and a recipe for it. */
export interface MemoryCase {
  title: string;
  file: string;
  recipe: object;
  write(path: string, size: Size): Promise<unknown>;
}

const FULL_SIZE = { resize: { ratio: 1 }, measure: { detail: false }, rotations: [] };
const ANIMATION = { resize: { widthPx: 256, heightPx: 256 }, animated: 'keep', output: { format: 'webp' } };

/** Smooth noise, which compresses as a photo does. */
function photo({ widthPx: width, heightPx: height }: Size): Sharp {
  const noise = { type: 'gaussian', mean: 128, sigma: 30 } as const;
  return sharp({ create: { width, height, channels: 3, background: '#808080', noise } }).blur(2);
}

const jpeg = (size: Size) => photo(size).jpeg({ quality: 90 });
const deep = (size: Size) => photo(size).ensureAlpha(0.5).toColourspace('rgb16');
const PROGRESSIVE = { quality: 90, progressive: true } as const;

/** Frames of strong colours, so that no writer merges them; they share the pixels of the size. */
async function animation(path: string, { widthPx, heightPx }: Size): Promise<void> {
  const [side, frames] = [500, Math.round((widthPx * heightPx) / 250_000)];
  const roll = Buffer.alloc(3 * side * side * frames);
  for (let index = 0; index < frames; index += 1) {
    const colour = [0, 1, 2].map((bit) => 255 * ((index >> bit) & 1));
    roll.fill(Buffer.from(colour), 3 * side * side * index, 3 * side * side * (index + 1));
  }
  const raw = { width: side, height: side * frames, channels: 3, pageHeight: side } as const;
  await sharp(roll, { raw, limitInputPixels: false }).gif({ effort: 1, dither: 0 }).toFile(path);
}

/** Writes files of a case by a pipeline, which the size gets. */
function still(title: string, file: string, make: (size: Size) => Sharp, recipe: object = {}): MemoryCase {
  return { title, file, recipe, write: (path, size) => make(size).toFile(path) };
}

export const MEMORY_CASES: readonly MemoryCase[] = [
  still('JPEG, baseline 4:2:0', 'base.jpg', jpeg),
  still('JPEG, progressive 4:2:0', 'progressive.jpg', (size) => photo(size).jpeg(PROGRESSIVE)),
  still('JPEG, progressive 4:4:4', 'progressive-444.jpg', (size) =>
    photo(size).jpeg({ ...PROGRESSIVE, chromaSubsampling: '4:4:4' }),
  ),
  still('JPEG, progressive CMYK', 'progressive-cmyk.jpg', (size) =>
    photo(size).toColourspace('cmyk').jpeg(PROGRESSIVE),
  ),
  still('PNG, RGB', 'plain.png', (size) => photo(size).png({ compressionLevel: 1 })),
  still('PNG, 16-bit RGBA', 'deep.png', (size) => deep(size).png({ compressionLevel: 1 })),
  still('PNG, 16-bit RGBA, interlaced', 'interlaced.png', (size) =>
    deep(size).png({ compressionLevel: 1, progressive: true }),
  ),
  still('WebP', 'lossy.webp', (size) => photo(size).webp({ effort: 0 })),
  still('WebP, lossless RGBA', 'lossless.webp', (size) =>
    photo(size).ensureAlpha(0.5).webp({ lossless: true, effort: 0 }),
  ),
  still('TIFF, 16-bit RGBA in tiles', 'tiles.tif', (size) =>
    deep(size).tiff({ compression: 'deflate', tile: true }),
  ),
  still('AVIF', 'plain.avif', (size) => photo(size).avif({ quality: 50, effort: 0 })),
  { title: 'GIF, all frames kept', file: 'frames.gif', recipe: ANIMATION, write: animation },
  still('JPEG to JPEG at full size', 'full.jpg', jpeg, FULL_SIZE),
  still('JPEG to WebP at full size', 'full-webp.jpg', jpeg, { ...FULL_SIZE, output: { format: 'webp' } }),
  still('JPEG to PNG at full size', 'full-png.jpg', jpeg, { ...FULL_SIZE, output: { format: 'png' } }),
  still('JPEG to AVIF at full size', 'full-avif.jpg', jpeg, { ...FULL_SIZE, output: { format: 'avif' } }),
  still('JPEG to the smallest JPEG at full size', 'target.jpg', jpeg, {
    ...FULL_SIZE,
    output: { format: 'jpeg', targetQuality: 80 },
  }),
  still('JPEG to the smallest file at full size', 'target-auto.jpg', jpeg, {
    ...FULL_SIZE,
    output: { format: 'auto', targetQuality: 80 },
  }),
];

/** Writes the file of a case into a folder and returns its path. */
export async function writeCase(folder: string, { file, write }: MemoryCase, size: Size): Promise<string> {
  const path = join(folder, file);
  await write(path, size);
  return path;
}
