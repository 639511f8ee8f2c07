import type { Sharp } from 'sharp';
import { PermanentError } from '../../errors.ts';
import type { FixedOutput, OutputFormat } from '../../recipe.ts';
import type { Region, Size } from '../geometry.ts';
import { fromPixels, type Pixels, toPixels } from '../pixels.ts';
import { sharp } from '../sharp-setup.ts';
import { headerChunks } from '../source/png-chunks.ts';
import type { EncodedImage, Encoding } from '../types.ts';

/** Longest side in pixels that libvips can write in each format. */
const MAX_SIDE_PX: Readonly<Record<OutputFormat, number>> = {
  jpeg: 65_535,
  png: 2 ** 31 - 1,
  webp: 16_383,
  avif: 16_384,
  gif: 65_535,
};

/**
 * The encoder settings of each format. Times and sizes are of a 256×256 photo (the astronaut) at quality 90, on two
 * cores:
 *
 * - JPEG takes 1.5 ms, and 28.1 kB with the colour of each pixel; one colour for four pixels takes 22.2 kB and costs 3 dB.
 *   mozjpeg's trellis and scans give 27.1 and 19.5 kB in 13 and 9 ms, and cost 0.003 of SSIM.
 *   With three rotations that is longer than decoding 8 megapixels, so only a search for the smallest file uses it;
 *   otherwise only the Huffman tables are optimised. Both make libjpeg hold the coefficients of the whole picture
 *   (570 MB at 100 megapixels). A large picture goes without, for 7 % more bytes in 0.4 of the time.
 * - AVIF at effort 2 takes 26 ms and 22.0 kB. Effort 4 (sharp's default) takes 221 ms and 22.3 kB, with 0.001 more SSIM.
 * - PNG with adaptive filters takes 6.2 ms and 115 kB; without (sharp's default), 4.0 ms and 162 kB.
 * - GIF has a palette of 256 colours, dithered. The `encode` comparison shows what that costs.
 * - WebP at effort 4 (sharp's default) takes 8.2 ms and 18.8 kB; effort 2, 4.4 ms and 19.2 kB.
 */
const WRITERS: Readonly<
  Record<OutputFormat, (pipeline: Sharp, encoding: Encoding, isLarge: boolean) => Sharp>
> = {
  jpeg: (pipeline, { quality, mozjpeg, chroma = '4:2:0' }, isLarge) =>
    pipeline.jpeg({
      quality,
      mozjpeg: mozjpeg && !isLarge,
      optimiseCoding: !isLarge,
      chromaSubsampling: chroma,
    }),
  png: (pipeline) => pipeline.png({ compressionLevel: 6, adaptiveFiltering: true }),
  webp: (pipeline, { quality }) => pipeline.webp({ quality }),
  avif: (pipeline, { quality }) => pipeline.avif({ quality, effort: 2 }),
  gif: (pipeline) => pipeline.gif(),
};

/** @throws PermanentError `IMAGE_TOO_LARGE` when the format cannot hold a picture of that size */
export function checkEncodable(size: Size, format: OutputFormat): void {
  if (canHold(format, size)) return;
  const { widthPx, heightPx } = size;
  const limitPx = MAX_SIDE_PX[format];
  throw new PermanentError(
    'IMAGE_TOO_LARGE',
    `Expected at most ${limitPx} pixels a side, as ${format.toUpperCase()} can hold no more, and the result has ` +
      `${widthPx} × ${heightPx}. Use a recipe with a smaller size or another format.`,
  );
}

export function canHold(format: OutputFormat, { widthPx, heightPx }: Size): boolean {
  return Math.max(widthPx, heightPx) <= MAX_SIDE_PX[format];
}

/** From this quality on, a JPEG keeps the colour of each pixel: red text on blue has 24 dB at any quality without. */
const FULL_CHROMA_QUALITY = 90;

/** The encoding of a recipe that names a quality. */
export function fixedEncoding({ format, quality }: FixedOutput): Encoding {
  const encoding = { format, quality, mozjpeg: false };
  if (format !== 'jpeg') return encoding;
  return { ...encoding, chroma: quality >= FULL_CHROMA_QUALITY ? '4:4:4' : '4:2:0' };
}

/** Encodes pixels without any metadata. */
export async function encodePixels(pixels: Pixels, encoding: Encoding): Promise<EncodedImage> {
  return encoded(fromPixels(pixels), encoding, pixels);
}

/** Pictures above this size are encoded with the settings that need little memory. */
export const LARGE_PX = 40_000_000;

/**
 * Runs a pipeline and encodes its result, with the metadata that the pipeline keeps.
 *
 * @param size of the result
 */
export async function encoded(pipeline: Sharp, encoding: Encoding, size: Size): Promise<EncodedImage> {
  const { format } = encoding;
  const isLarge = size.widthPx * size.heightPx > LARGE_PX;
  const { data, info } = await WRITERS[format](pipeline, encoding, isLarge).toBuffer({
    resolveWithObject: true,
  });
  const bytes = format === 'png' ? withoutResolution(data) : data;
  return { bytes, widthPx: info.width, heightPx: info.height, format };
}

/** libvips states 25.4 dpi in every PNG. Only EXIF that a recipe keeps knows the resolution of the source. */
function withoutResolution(png: Buffer): Buffer {
  const chunk = headerChunks(png).find(({ type }) => type === 'pHYs');
  if (chunk === undefined) return png;
  return Buffer.concat([png.subarray(0, chunk.start), png.subarray(chunk.end)]);
}

/** Decodes a region of a picture that Darkroom encoded. */
export async function decodeOutput(bytes: Buffer, region: Region): Promise<Pixels> {
  const { leftPx: left, topPx: top, widthPx: width, heightPx: height } = region;
  return toPixels(sharp(bytes, { limitInputPixels: false }).extract({ left, top, width, height }));
}
