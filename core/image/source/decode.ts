import type { Sharp } from 'sharp';
import { type Region, sameSize } from '../geometry.ts';
import { type Pixels, transformPixels } from '../pixels.ts';
import { countJpegWarnings } from '../sharp-setup.ts';
import { decodeFailure } from './corrupt-image.ts';
import { onCanvas } from './gif-canvas.ts';
import { checkGifFrames } from './gif-look.ts';
import type { SecondLook } from './look.ts';
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

/** Frames of an animation that are decoded together. */
export interface FrameGroup {
  first: number;
  count: number;
}

/**
 * Decodes an animation in groups of frames, each in sRGB, flattened, in its stored orientation.
 *
 * @throws PermanentError `CORRUPT_IMAGE` where the file ends before its frames do, or `PROCESSING_LIMIT`
 */
export async function openFrames(job: DecodeJob): Promise<(group: FrameGroup) => Promise<DecodedPixels>> {
  if (job.inspection.info.format === 'gif') checkGifFrames(job.bytes);
  const readable = await readableBytes(job);
  const { stored } = job.inspection;
  // A file is looked at again once, and not for each group.
  let known: SecondLook | undefined;
  return async (group) => {
    const source = { ...job, readable, group, known };
    const { warnings, look, ...roll } = await readStrictly(source, (pipeline) => pipeline);
    known ??= look;
    return { ...(await onCanvas(roll, group.count, stored, job.background)), warnings };
  };
}

function extracted(pipeline: Sharp, region: Region | undefined): Sharp {
  if (region === undefined) return pipeline;
  const { leftPx: left, topPx: top, widthPx: width, heightPx: height } = region;
  return pipeline.extract({ left, top, width, height });
}

/** An image, and what of it is decoded. */
interface StrictSource extends DecodeJob {
  /** The bytes to give to libvips. */
  readable: Buffer;
  /** Of an animation of which all frames are decoded. */
  group?: FrameGroup;
  /** How the file has to be decoded, where it has been looked at again. */
  known?: SecondLook | undefined;
}

async function decodeStrictly(job: DecodeJob, steps: (pipeline: Sharp) => Sharp): Promise<DecodedPixels> {
  const { look: _, ...decoded } = await readStrictly({ ...job, readable: await readableBytes(job) }, steps);
  return decoded;
}

/** Decodes strictly. A file that its library warned of is looked at again, and decoded again if it lacks no pixel. */
async function readStrictly(
  source: StrictSource,
  steps: (pipeline: Sharp) => Sharp,
): Promise<DecodedPixels & { look?: SecondLook }> {
  const { readable, group, known } = source;
  const attempt = (bytes: Buffer, failOn: 'none' | 'error' | 'warning') => {
    const pages = group === undefined ? { pages: 1 } : { page: group.first, pages: group.count };
    const { pipeline, read } = openSource({ ...source, bytes }, { ...pages, failOn });
    return outcomeOf(read(steps(pipeline)));
  };
  const warningsBefore = countJpegWarnings();
  const first = await attempt(known?.bytes ?? readable, known?.failOn ?? 'warning');
  const hasJpegWarned = countJpegWarnings() > warningsBefore;
  const look = { ...source, readable, allFrames: group !== undefined, hasJpegWarned };
  if ('pixels' in first) return { ...first.pixels, warnings: known?.warnings ?? lateWarnings(look) };
  if (known !== undefined) throw decodeFailure(first.error, source);
  const second = lookAgain(look, first.error);
  const outcome = await attempt(second.bytes, second.failOn);
  if ('pixels' in outcome) return { ...outcome.pixels, warnings: second.warnings, look: second };
  throw decodeFailure(outcome.error, source);
}

function outcomeOf(reading: Promise<Pixels>): Promise<{ pixels: Pixels } | { error: unknown }> {
  return reading.then(
    (pixels) => ({ pixels }),
    (error: unknown) => ({ error }),
  );
}
