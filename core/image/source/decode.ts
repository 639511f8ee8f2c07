import type { Sharp } from 'sharp';
import type { Deadline } from '../deadline.ts';
import { LANCZOS } from '../edit/resize.ts';
import type { Plan, Region } from '../geometry.ts';
import { type Pixels, toPixels } from '../pixels.ts';
import { sharp } from '../sharp-setup.ts';
import { corruptImage, isOutOfMemory } from './corrupt-image.ts';
import type { Inspection } from './inspect.ts';

/** An image that has been looked at, and how it is to be decoded. */
export interface DecodeJob {
  bytes: Buffer;
  inspection: Inspection;
  /** Shows where the image is transparent; `#rrggbb`. */
  background: string;
  deadline: Deadline;
}

/**
 * The first page or frame at full size, in sRGB, flattened, turned as it is stored: a picture of 100 megapixels
 * takes 300 MB, and turning it upright would take them twice.
 *
 * @param region the part to decode, in stored coordinates; the whole by default
 * @throws PermanentError `CORRUPT_IMAGE` or `PROCESSING_LIMIT`
 */
export async function decodeStored(job: DecodeJob, region?: Region): Promise<Pixels> {
  const pipeline = openSource(job);
  if (region !== undefined) {
    pipeline.extract({
      left: region.leftPx,
      top: region.topPx,
      width: region.widthPx,
      height: region.heightPx,
    });
  }
  return decoded(pipeline, job);
}

/**
 * The first page or frame, upright, in sRGB, flattened and scaled to the plan's content in one go: JPEG and WebP
 * decode to a smaller size where that is enough.
 *
 * @throws PermanentError `CORRUPT_IMAGE` or `PROCESSING_LIMIT`
 */
export async function decodeScaled(job: DecodeJob, { content, crop }: Plan): Promise<Pixels> {
  const pipeline = openSource(job)
    .autoOrient()
    .resize(content.widthPx, content.heightPx, {
      ...LANCZOS,
      fit: crop ? 'cover' : 'fill',
      // JPEG keeps a factor of two for Lanczos, which costs nothing that can be measured (8 to 18 megapixels);
      // WebP would have to be decoded at full size for that, in 1.5 times the time.
      fastShrinkOnLoad: job.inspection.info.format === 'webp',
    });
  return decoded(pipeline, job);
}

/**
 * All frames at full size, one below the other, in sRGB, flattened, turned as they are stored.
 *
 * @throws PermanentError `CORRUPT_IMAGE` or `PROCESSING_LIMIT`
 */
export async function decodeFrames(job: DecodeJob): Promise<Pixels> {
  return decoded(openSource(job, { animated: true }), job);
}

function openSource(
  { bytes, inspection, background, deadline }: DecodeJob,
  frames: { animated?: true } = {},
): Sharp {
  const { info, profile } = inspection;
  const pipeline = sharp(bytes, {
    ...frames,
    // Refuses what is cut off or broken, and lets warnings pass: old phones write odd but sound JPEG headers.
    failOn: 'error',
    limitInputPixels: info.widthPx * info.heightPx * info.pages,
    ignoreIcc: profile === 'srgb',
  });
  // sharp converts 16-bit colour to Display P3, and then takes those numbers for sRGB unless it is told.
  if (profile === 'other' && info.colourSpace === 'rgb16') pipeline.withIccProfile('srgb');
  // It leaves out the profile of 16-bit grey; of 8-bit grey it does not.
  if (profile === 'other' && info.colourSpace === 'grey16') pipeline.pipelineColourspace('b-w');
  return pipeline.flatten({ background }).timeout({ seconds: deadline.secondsLeft() });
}

async function decoded(pipeline: Sharp, { deadline }: DecodeJob): Promise<Pixels> {
  try {
    return await toPixels(pipeline);
  } catch (error) {
    throw decodeFailure(error, deadline);
  }
}

/** libvips has one kind of error, so its text must tell whose fault it is: the clock's, ours, or the picture's. */
function decodeFailure(error: unknown, deadline: Deadline): unknown {
  if (!(error instanceof Error) || isOutOfMemory(error)) return error;
  if (error.message.startsWith('timeout')) return deadline.passed(error);
  const [reason] = error.message.split('\n');
  return corruptImage(`its pixels cannot be decoded (${reason})`, error);
}
