import type { Sharp } from 'sharp';
import { type Region, sameSize } from '../geometry.ts';
import { type Pixels, transformPixels } from '../pixels.ts';
import { countJpegWarnings } from '../sharp-setup.ts';
import { decodeFailure } from './decode-failure.ts';
import { onCanvas } from './gif-canvas.ts';
import { checkGifFrames } from './gif-look.ts';
import { type DecodeJob, openSource } from './open-source.ts';
import { readableBytes } from './readable-source.ts';
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
  const { stored, decoded } = job.inspection;
  if (sameSize(stored, decoded)) return decodeStrictly(job, (pipeline) => extracted(pipeline, region));
  const { warnings, ...pixels } = await decodeStrictly(job, (pipeline) => pipeline);
  const canvas = await onCanvas(pixels, 1, stored, job.background);
  return {
    ...(region === undefined
      ? canvas
      : await transformPixels(canvas, (pipeline) => extracted(pipeline, region))),
    warnings,
  };
}

/**
 * All frames at full size, one below the other, in sRGB, flattened, in their stored orientation.
 *
 * @throws PermanentError `CORRUPT_IMAGE`, also where frames are missing, or `PROCESSING_LIMIT`
 */
export async function decodeFrames(job: DecodeJob): Promise<DecodedPixels> {
  const { info, stored, decoded } = job.inspection;
  if (info.format === 'gif') checkGifFrames(job.bytes);
  const { warnings, ...roll } = await decodeStrictly(job, (pipeline) => pipeline, true);
  const frames = Math.round(roll.heightPx / decoded.heightPx);
  return { ...(await onCanvas(roll, frames, stored, job.background)), warnings };
}

function extracted(pipeline: Sharp, region: Region | undefined): Sharp {
  if (region === undefined) return pipeline;
  const { leftPx: left, topPx: top, widthPx: width, heightPx: height } = region;
  return pipeline.extract({ left, top, width, height });
}

/** Decodes strictly. A file that its library warned of is looked at again, and decoded again if it lacks no pixel. */
async function decodeStrictly(
  job: DecodeJob,
  steps: (pipeline: Sharp) => Sharp,
  allFrames = false,
): Promise<DecodedPixels> {
  const readable = await readableBytes(job);
  const pages = allFrames ? job.inspection.info.pages : 1;
  const attempt = (bytes: Buffer, failOn: 'none' | 'error' | 'warning') => {
    const { pipeline, read } = openSource({ ...job, bytes }, { pages, failOn });
    return outcomeOf(read(steps(pipeline)));
  };
  const warningsBefore = countJpegWarnings();
  const first = await attempt(readable, 'warning');
  const look = { ...job, readable, allFrames, hasJpegWarned: countJpegWarnings() > warningsBefore };
  if ('pixels' in first) return { ...first.pixels, warnings: lateWarnings(look) };
  const { bytes, failOn, warnings } = lookAgain(look, first.error);
  const second = await attempt(bytes, failOn);
  if ('pixels' in second) return { ...second.pixels, warnings };
  throw decodeFailure(second.error, job);
}

function outcomeOf(reading: Promise<Pixels>): Promise<{ pixels: Pixels } | { error: unknown }> {
  return reading.then(
    (pixels) => ({ pixels }),
    (error: unknown) => ({ error }),
  );
}
