import type { PermanentError } from '../../errors.ts';
import { corruptImage, warningOf } from './corrupt-image.ts';
import { type GifFrame, readGif } from './gif-blocks.ts';
import { countPixels } from './gif-pixels.ts';
import type { Look, SecondLook } from './look.ts';

/**
 * Checks that a GIF has all the frames that it began. It states no count: one that ends in the middle of a frame, or
 * without its trailer, may have had more.
 *
 * @throws PermanentError `CORRUPT_IMAGE`
 */
export function checkGifFrames(bytes: Buffer): void {
  const { frames, hasTrailer } = readGif(bytes);
  if (!hasTrailer) {
    const whole = frames.filter(({ isWhole }) => isWhole).length;
    throw corruptImage(`it ends after ${whole} whole frames, without its trailer`);
  }
}

/** The library warns of frames that reach beyond the canvas as it does of codes that are lost: counting shows which. */
export function lookAgainAtGif({ bytes, readable, allFrames }: Look, failure: PermanentError): SecondLook {
  const { frames } = readGif(bytes);
  for (const [index, frame] of (allFrames ? frames : frames.slice(0, 1)).entries()) {
    checkFrame(bytes, frame, index);
  }
  return { bytes: readable, failOn: 'error', warnings: [warningOf(failure)] };
}

/** Of a still picture, frames that are cut off behind the first are no loss. */
export function gifOddities({ bytes }: Look): readonly string[] {
  return readGif(bytes).hasTrailer ? [] : ['The GIF file ends without its trailer.'];
}

function checkFrame(bytes: Buffer, frame: GifFrame, index: number): void {
  const expected = frame.region.widthPx * frame.region.heightPx;
  const pixels = countPixels(bytes, frame);
  if (frame.isWhole && pixels >= expected) return;
  throw corruptImage(`its frame ${index + 1} holds ${pixels} of ${expected} pixels`);
}
