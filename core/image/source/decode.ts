import { sameSize } from '../geometry.ts';
import type { Pixels } from '../pixels.ts';
import { countJpegWarnings } from '../sharp-setup.ts';
import { decodeFailure } from './corrupt-image.ts';
import { onCanvas } from './gif-canvas.ts';
import { checkGifFrames } from './gif-look.ts';
import { toneMappingWarning } from './hdr-colour.ts';
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
 * @throws PermanentError `CORRUPT_IMAGE` or `PROCESSING_LIMIT`
 */
export async function decodeStored(job: DecodeJob): Promise<DecodedPixels> {
  const { stored, decoded, hdr } = job.inspection;
  const { look: _, ...pixels } = await readStrictly({ ...job, readable: await readableBytes(job) });
  if (hdr !== undefined) return { ...pixels, warnings: [...pixels.warnings, toneMappingWarning(hdr)] };
  if (sameSize(stored, decoded)) return pixels;
  const { warnings, ...trimmed } = pixels;
  return { ...(await onCanvas(trimmed, 1, stored, job.background)), warnings };
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
    const { warnings, look, ...roll } = await readStrictly(source);
    known ??= look;
    return { ...(await onCanvas(roll, group.count, stored, job.background)), warnings };
  };
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

/** Decodes strictly. A file that its library warned of is looked at again, and decoded again if it lacks no pixel. */
async function readStrictly(source: StrictSource): Promise<DecodedPixels & { look?: SecondLook }> {
  const { readable, group, known } = source;
  const attempt = (bytes: Buffer, failOn: 'none' | 'error' | 'warning') => {
    const pages = group === undefined ? { pages: 1 } : { page: group.first, pages: group.count };
    const { pipeline, read } = openSource({ ...source, bytes }, { ...pages, failOn });
    return outcomeOf(read(pipeline));
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
