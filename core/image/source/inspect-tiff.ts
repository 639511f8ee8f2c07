import type { ImageLimits } from '../types.ts';
import { corruptImage } from './corrupt-image.ts';
import { checkPixels, checkSampleBytes } from './size-limits.ts';
import { readTiffPage, type TiffPage } from './tiff-page.ts';
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
  return page;
}
