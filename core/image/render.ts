import { rotatedSize, type Size } from './geometry.ts';
import type { Master } from './master.ts';
import { checkEncodable, encoded } from './output/encode.ts';
import type { PartSpec } from './parts.ts';
import { rotateMaster } from './rotate.ts';
import type { EncodedImage, Encoding } from './types.ts';

/** How the parts of an image are written. */
export interface RenderOptions {
  encoding: Encoding;
  /** Fills what a part adds to the picture; `#rrggbb`. */
  background: string;
}

/**
 * Makes one part of a picture.
 *
 * @throws PermanentError `IMAGE_TOO_LARGE` when the format can't hold the part
 */
export async function render(
  master: Master,
  part: PartSpec,
  { encoding, background }: RenderOptions,
): Promise<EncodedImage> {
  switch (part.kind) {
    case 'processed':
      return encodeMaster(master, encoding);
    case 'rotation':
      checkEncodable(rotatedSize(master.size, part.degrees), encoding.format);
      return encodeMaster(await rotateMaster(master, part.degrees, background), encoding);
  }
}

/** Encodes the picture; an animation with its delays and its loop. */
async function encodeMaster(master: Master, encoding: Encoding): Promise<EncodedImage> {
  const { size, playback } = master;
  if (playback === null) return encoded(master.open(), encoding, size);
  const { delaysMs: delay, loop, frames } = playback;
  const timed =
    encoding.format === 'gif' ? master.open().gif({ delay, loop }) : master.open().webp({ delay, loop });
  const roll: Size = { widthPx: size.widthPx, heightPx: size.heightPx * frames };
  return { ...(await encoded(timed, encoding, roll)), ...size };
}
