import type { Sharp, SharpOptions } from 'sharp';
import type { Deadline } from '../deadline.ts';
import { sharp } from '../sharp-setup.ts';
import type { Inspection } from './inspect.ts';

/** An image that has been looked at, and how it is to be decoded. */
export interface DecodeJob {
  bytes: Buffer;
  inspection: Inspection;
  /** Shows where the image is transparent; `#rrggbb`. */
  background: string;
  deadline: Deadline;
}

/** A sharp pipeline that starts from an image, in sRGB and flattened. */
export function openSource(
  { bytes, inspection, background, deadline }: DecodeJob,
  options: Pick<SharpOptions, 'pages' | 'failOn'>,
): Sharp {
  const { info, profile } = inspection;
  const pipeline = sharp(bytes, {
    ...options,
    limitInputPixels: info.widthPx * info.heightPx * info.pages,
    ignoreIcc: profile === 'srgb',
  });
  // sharp converts 16-bit colour to Display P3, and then takes those numbers for sRGB unless it is told.
  if (profile === 'other' && info.colourSpace === 'rgb16') pipeline.withIccProfile('srgb');
  // It leaves out the profile of 16-bit grey; of 8-bit grey it does not.
  if (profile === 'other' && info.colourSpace === 'grey16') pipeline.pipelineColourspace('b-w');
  return pipeline.flatten({ background }).timeout({ seconds: deadline.secondsLeft() });
}
