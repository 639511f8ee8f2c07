import { LOSSY_FORMATS, type OutputFormat, type Recipe } from '../../recipe.ts';
import { LARGE_PX } from './encode.ts';

interface BytesPerPixel {
  /** What the encoder holds beside the pixels it is given, its file included. */
  encode: number;
  /** A decoded output and its decoder, when the output is measured. */
  readBack: number;
}

/**
 * Most bytes per pixel of each format: measured on a photo of 20 megapixels with noise on it (docs/performance.md), and
 * rounded up.
 */
const BYTES: Readonly<Record<OutputFormat, BytesPerPixel>> = {
  jpeg: { encode: 12, readBack: 4 },
  png: { encode: 4, readBack: 3 },
  webp: { encode: 12, readBack: 12 },
  avif: { encode: 32, readBack: 19 },
  gif: { encode: 12, readBack: 12 },
};

/** A search makes JPEG with mozjpeg as well, which holds coefficients and a trellis, and writes several scans. */
const MOZJPEG: BytesPerPixel = { encode: 20, readBack: 10 };

/** A large JPEG is written without optimised tables, line by line. */
const LARGE_JPEG: BytesPerPixel = { encode: 2, readBack: 4 };

/** Most bytes per pixel that encoding a picture of that many pixels takes, over all formats that the recipe allows. */
export function encodingBytes(output: Recipe['output'], pixels: number): BytesPerPixel {
  const rows = formatsOf(output).map((format) => {
    if (format !== 'jpeg') return BYTES[format];
    if (pixels > LARGE_PX) return LARGE_JPEG;
    return 'quality' in output ? BYTES.jpeg : MOZJPEG;
  });
  return {
    encode: Math.max(...rows.map(({ encode }) => encode)),
    readBack: Math.max(...rows.map(({ readBack }) => readBack)),
  };
}

/** How much more a search takes than one encoding: the allocator keeps for each thread what earlier tries have freed. */
const SEARCH_FACTOR = 2;

/** What the threads of the encoders keep, whatever the size of the picture: up to 40 MB measured, and 110 MB with AVIF. */
const SEARCH_BYTES = 60_000_000;
const AVIF_SEARCH_BYTES = 140_000_000;

/** What finding and making the processed picture takes: bytes per pixel, and those that do not depend on its size. */
export function processedBytes(output: Recipe['output'], pixels: number): BytesPerPixel & { fixed: number } {
  const { encode, readBack } = encodingBytes(output, pixels);
  if ('quality' in output) return { encode, readBack, fixed: 0 };
  const fixed = formatsOf(output).includes('avif') ? AVIF_SEARCH_BYTES : SEARCH_BYTES;
  return { encode: SEARCH_FACTOR * encode, readBack: SEARCH_FACTOR * readBack, fixed };
}

function formatsOf(output: Recipe['output']): readonly OutputFormat[] {
  if ('quality' in output) return [output.format];
  return output.format === 'auto' ? (output.allow ?? LOSSY_FORMATS) : [output.format];
}
