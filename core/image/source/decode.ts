import type { Sharp } from 'sharp';
import type { Region } from '../geometry.ts';
import { type Pixels, toPixels } from '../pixels.ts';
import { countJpegWarnings } from '../sharp-setup.ts';
import type { SourceFormat } from '../types.ts';
import { decodeFailure } from './decode-failure.ts';
import { type DecodeJob, openSource } from './open-source.ts';
import { readableSource } from './readable-source.ts';
import { lateWarnings, lookAgain } from './second-look.ts';

export type { DecodeJob } from './open-source.ts';

/** Pixels, and what is odd about the file that they came from. */
export interface DecodedPixels extends Pixels {
  /** Oddities that cost no pixel, one message each. */
  warnings: readonly string[];
}

/**
 * The first page or frame at full size, in sRGB, flattened, in its stored orientation: a picture of 100 megapixels
 * takes 300 MB, and rotating it would take them twice. No decoder shrinks on the way, since libjpeg's quick shrinking was
 * up to 39 levels off, and WebP's is a box filter.
 *
 * @param region the part to decode, in stored coordinates; the whole by default
 * @throws PermanentError `CORRUPT_IMAGE` or `PROCESSING_LIMIT`
 */
export async function decodeStored(job: DecodeJob, region?: Region): Promise<DecodedPixels> {
  return decoded(job, (pipeline) => {
    if (region === undefined) return pipeline;
    const { leftPx: left, topPx: top, widthPx: width, heightPx: height } = region;
    return pipeline.extract({ left, top, width, height });
  });
}

/**
 * All frames at full size, one below the other, in sRGB, flattened, turned as they are stored.
 *
 * @throws PermanentError `CORRUPT_IMAGE` or `PROCESSING_LIMIT`
 */
export async function decodeFrames(job: DecodeJob): Promise<DecodedPixels> {
  return decoded(job, (pipeline) => pipeline, { animated: true });
}

/** Decodes strictly. A file that its library warned of is looked at again, and decoded again if it lacks no pixel. */
async function decoded(
  job: DecodeJob,
  steps: (pipeline: Sharp) => Sharp,
  frames: { animated?: true } = {},
): Promise<DecodedPixels> {
  const source = await readableSource(job);
  const strict = steps(openSource(source, { ...frames, failOn: STRICTEST[job.inspection.info.format] }));
  const warningsBefore = countJpegWarnings();
  try {
    const pixels = await toPixels(strict);
    return { ...pixels, warnings: lateWarnings(source, countJpegWarnings() > warningsBefore) };
  } catch (error) {
    const { bytes, failOn, warnings } = lookAgain(source, decodeFailure(error, job));
    const lenient = steps(openSource({ ...source, bytes }, { ...frames, failOn }));
    const pixels = await toPixels(lenient).catch((again: unknown) => {
      throw decodeFailure(again, job);
    });
    return { ...pixels, warnings };
  }
}

/** What libvips stops at. A GIF's warnings are about frames outside the canvas, which every viewer shows in part. */
const STRICTEST: Readonly<Record<SourceFormat, 'warning' | 'error'>> = {
  jpeg: 'warning',
  png: 'warning',
  webp: 'warning',
  gif: 'error',
  tiff: 'warning',
  avif: 'warning',
  heic: 'warning',
};
