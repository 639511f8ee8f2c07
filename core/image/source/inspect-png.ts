import type { ImageLimits } from '../types.ts';
import { corruptImage } from './corrupt-image.ts';
import { orderedPng } from './png-order.ts';
import { checkPixels } from './size-limits.ts';
import { unsupportedFormat } from './unsupported-format.ts';

/** Where the type of the first chunk is, and the size that the header states behind it. */
const [TYPE_AT, SIZE_AT, HEADER_END] = [12, 16, 24];

/**
 * The bytes whose header libvips is to read, once that header states a size within the limits: libpng reads on to the
 * pixels before it reports the size, and a bomb may end before them.
 *
 * @throws PermanentError `UNSUPPORTED_FORMAT`, `IMAGE_TOO_LARGE` or `CORRUPT_IMAGE`
 */
export function inspectPng(bytes: Buffer, limits: ImageLimits): Buffer {
  if (bytes.length < HEADER_END) throw corruptImage('its header is cut off');
  const first = bytes.toString('latin1', TYPE_AT, SIZE_AT);
  if (first === 'CgBI') {
    throw unsupportedFormat({
      received: "a PNG in the form that Apple's Xcode gives to the pictures of an iOS app (CgBI)",
      advice:
        'Take the picture that the app was built from, or turn this one back with Xcode, and upload that.',
    });
  }
  if (first !== 'IHDR') throw corruptImage('its first chunk is not the header (IHDR)');
  checkPixels({ widthPx: bytes.readUInt32BE(SIZE_AT), heightPx: bytes.readUInt32BE(SIZE_AT + 4) }, 1, limits);
  return orderedPng(bytes);
}
