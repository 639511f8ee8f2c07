import type { ImageLimits } from '../types.ts';
import { corruptImage } from './corrupt-image.ts';
import { checkPixels, checkSampleBytes } from './size-limits.ts';
import { PHOTOMETRIC, readTiffPage, TAG, type TiffPage } from './tiff-page.ts';
import { checkSegments } from './tiff-segments.ts';
import { unsupportedFormat } from './unsupported-format.ts';
import { describeOddTiff } from './unsupported-tiff.ts';

/**
 * The page of a TIFF that is the picture, once its directory says that it can be decoded.
 *
 * @throws PermanentError `UNSUPPORTED_FORMAT`, `IMAGE_TOO_LARGE` or `CORRUPT_IMAGE`
 */
export function inspectTiff(bytes: Buffer, limits: ImageLimits): TiffPage {
  const page = readTiffPage(bytes);
  const odd = describeOddTiff(bytes, page);
  if (odd !== undefined) throw unsupportedFormat(odd);
  if (page === undefined) throw corruptImage('its TIFF header cannot be read');
  const { widthPx, heightPx, samples, bits } = page;
  checkPixels(page, 1, limits);
  checkSampleBytes((widthPx * heightPx * samples * (bits[0] ?? 1)) / 8, limits);
  checkSegments(bytes, page);
  checkPalette(page);
  return page;
}

/** Red, green and blue of a colour. */
const COLOUR_VALUES = 3;

/**
 * Of several samples, we pick the first ourselves. Without a palette, libvips would then take its numbers for greys.
 *
 * @throws PermanentError `CORRUPT_IMAGE`
 */
function checkPalette({ photometric, bits, entries }: TiffPage): void {
  if (photometric !== PHOTOMETRIC.palette) return;
  const [expected, stated] = [2 ** (bits[0] ?? 1), entries.get(TAG.colourMap)?.count ?? 0];
  if (stated >= COLOUR_VALUES * expected) return;
  throw corruptImage(`its palette has ${Math.floor(stated / COLOUR_VALUES)} of ${expected} colours`);
}
