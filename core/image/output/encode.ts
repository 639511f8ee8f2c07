import type { Sharp } from 'sharp';
import { PermanentError } from '../../errors.ts';
import type { FixedOutput, OutputFormat } from '../../recipe.ts';
import type { Region, Size } from '../geometry.ts';
import type { Pixels } from '../pixels.ts';
import { fromPixels, toPixels } from '../sharp-pixels.ts';
import { sharp } from '../sharp-setup.ts';
import type { EncodedImage, Encoding } from '../types.ts';

/** Longest side that each format can hold, in pixels, as libvips writes it. */
const MAX_SIDE_PX: Readonly<Record<OutputFormat, number>> = {
  jpeg: 65_535,
  png: 2 ** 31 - 1,
  webp: 16_383,
  avif: 16_384,
  gif: 65_535,
};

/**
 * How each format is written. Time and size of a 256×256 photo (the astronaut), quality 90, on two cores:
 *
 * - JPEG 1.5 ms, 22.2 kB. mozjpeg's trellis and scans give 19.5 kB in 11 ms and cost 0.005 to 0.011 of SSIM; with
 *   three rotations that is longer than it takes to decode 8 megapixels, so Huffman tables alone are optimised, but
 *   in a search for the smallest file.
 *   Both make libjpeg hold the whole picture's coefficients: of 100 megapixels 570 MB, so that a large picture goes
 *   without, for 7 % more bytes in 0.4 of the time.
 * - AVIF effort 2: 26 ms, 22.0 kB; effort 4 (sharp's default): 221 ms, 22.3 kB, and 0.001 more of SSIM.
 * - PNG with adaptive filters: 6.2 ms, 115 kB; without (sharp's default): 4.0 ms, 162 kB.
 * - GIF: a palette of 256 colours, dithered; its `encode` comparison tells what that costs.
 * - WebP effort 4 (sharp's default): 8.2 ms, 18.8 kB; effort 2: 4.4 ms, 19.2 kB.
 */
const WRITERS: Readonly<
  Record<OutputFormat, (pipeline: Sharp, encoding: Encoding, isLarge: boolean) => Sharp>
> = {
  jpeg: (pipeline, { quality, mozjpeg }, isLarge) =>
    pipeline.jpeg({ quality, mozjpeg: mozjpeg && !isLarge, optimiseCoding: !isLarge }),
  png: (pipeline) => pipeline.png({ compressionLevel: 6, adaptiveFiltering: true }),
  webp: (pipeline, { quality }) => pipeline.webp({ quality }),
  avif: (pipeline, { quality }) => pipeline.avif({ quality, effort: 2 }),
  gif: (pipeline) => pipeline.gif(),
};

/** @throws PermanentError `IMAGE_TOO_LARGE` when the format can't hold a picture of that size */
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

/** How a recipe that names a quality has its pictures written. */
export function fixedEncoding({ format, quality }: FixedOutput): Encoding {
  return { format, quality, mozjpeg: false };
}

/** Encodes pixels; the output carries no metadata at all. */
export async function encodePixels(pixels: Pixels, encoding: Encoding): Promise<EncodedImage> {
  return encoded(fromPixels(pixels), encoding, pixels);
}

/** Pictures above this are encoded in little memory. */
const LARGE_PX = 40_000_000;

/**
 * Runs a pipeline and encodes what comes out, with the metadata that the pipeline keeps.
 *
 * @param size what comes out
 */
export async function encoded(pipeline: Sharp, encoding: Encoding, size: Size): Promise<EncodedImage> {
  const { format } = encoding;
  const isLarge = size.widthPx * size.heightPx > LARGE_PX;
  const { data, info } = await WRITERS[format](pipeline, encoding, isLarge).toBuffer({
    resolveWithObject: true,
  });
  return { bytes: data, widthPx: info.width, heightPx: info.height, format };
}

/** The pixels of a picture that we encoded, or of a part of it. */
export async function decodeOutput(bytes: Buffer, part: Region): Promise<Pixels> {
  const { leftPx: left, topPx: top, widthPx: width, heightPx: height } = part;
  return toPixels(sharp(bytes, { limitInputPixels: false }).extract({ left, top, width, height }));
}
