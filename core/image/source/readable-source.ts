import { corruptImage } from './corrupt-image.ts';
import { readableGif } from './gif-canvas.ts';
import type { DecodeJob } from './open-source.ts';
import { withProfile } from './png-colour.ts';
import { orderedPng } from './png-order.ts';
import { readableAvif } from './readable-avif.ts';
import { readableTiff } from './readable-tiff.ts';
import { readTiffPage } from './tiff-page.ts';

/**
 * The bytes that libvips decodes right: those of the file, but for pictures that it would get wrong.
 *
 * @throws PermanentError `CORRUPT_IMAGE` or `PROCESSING_LIMIT`
 */
export async function readableBytes(job: DecodeJob): Promise<Buffer> {
  const { bytes, inspection } = job;
  const { icc, isProfileStated, info } = inspection;
  if (info.format === 'gif') return readableGif(bytes);
  if (info.format === 'png') {
    const ordered = orderedPng(bytes);
    return isProfileStated && icc !== undefined ? withProfile(ordered, icc) : ordered;
  }
  if (info.format === 'avif' || info.format === 'heic') return readableAvif(job);
  if (info.format !== 'tiff') return bytes;
  const page = readTiffPage(bytes);
  if (page === undefined) throw corruptImage('its TIFF header cannot be read');
  return readableTiff(page, job);
}
