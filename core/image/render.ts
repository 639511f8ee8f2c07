import type { Sharp } from 'sharp';
import type { Playback } from './animation.ts';
import type { Deadline } from './deadline.ts';
import { rotatedSize, type Size } from './geometry.ts';
import type { Master } from './master.ts';
import { attachExif } from './output/attach-exif.ts';
import { COUNTED_DELAY_MS, withDelays } from './output/delays.ts';
import { checkEncodable, encoded } from './output/encode.ts';
import type { PicturePart } from './parts.ts';
import { rotateMaster } from './rotate.ts';
import type { EncodedImage, Encoding } from './types.ts';

/** How the parts of an image are written. */
export interface RenderOptions {
  encoding: Encoding;
  /** Fills what a part adds to the picture; `#rrggbb`. */
  background: string;
  deadline: Deadline;
}

/**
 * Makes one part of a picture.
 *
 * @throws PermanentError `IMAGE_TOO_LARGE` when the format can't hold the part, or `PROCESSING_LIMIT`
 */
export async function render(
  master: Master,
  part: PicturePart,
  { encoding, background, deadline }: RenderOptions,
): Promise<EncodedImage> {
  deadline.check();
  switch (part.kind) {
    case 'processed':
      return encodeMaster(master, encoding);
    case 'rotation':
      checkEncodable(rotatedSize(master.size, part.degrees), encoding.format);
      return encodeRotated(master, part.degrees, { encoding, background, deadline });
  }
}

async function encodeRotated(
  master: Master,
  degrees: number,
  { encoding, background, deadline }: RenderOptions,
): Promise<EncodedImage> {
  const rotated = await rotateMaster(master, degrees, background, deadline);
  deadline.check();
  return encodeMaster(rotated, encoding);
}

/** Encodes the picture with its EXIF, and an animation with its delays and its loop. */
async function encodeMaster(master: Master, encoding: Encoding): Promise<EncodedImage> {
  const { size, playback, exif } = master;
  const image =
    playback === null
      ? await encoded(await master.open(), encoding, size)
      : await encodeFrames(await master.open(), { size, playback }, encoding);
  return exif === undefined ? image : attachExif(image, exif);
}

async function encodeFrames(
  pipeline: Sharp,
  { size, playback }: { size: Size; playback: Playback },
  encoding: Encoding,
): Promise<EncodedImage> {
  const { delaysMs, loop, frames } = playback;
  const counted = { delay: Array<number>(frames).fill(COUNTED_DELAY_MS), loop };
  const format = encoding.format === 'gif' ? 'gif' : 'webp';
  const roll: Size = { widthPx: size.widthPx, heightPx: size.heightPx * frames };
  const image = await encoded(pipeline[format](counted), encoding, roll);
  return { ...image, ...size, bytes: withDelays(image.bytes, format, delaysMs) };
}
