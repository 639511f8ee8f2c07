import type { Metadata } from 'sharp';
import type { SourceFormat } from './source-format.ts';

/** An attribute or an element, whatever quotes it has. */
const ORIENTATION = /tiff:Orientation(?:\s*=\s*["']|>)\s*([1-8])\b/;

const UPRIGHT = 1;

/**
 * The orientation that XMP states, where EXIF states none: some programs write it nowhere else. In AVIF and HEIC, only
 * the file's own properties rotate a picture.
 *
 * @see ISO/IEC 23000-22 (MIAF), 7.3.6.7
 */
export function xmpOrientation({ xmp }: Metadata, format: SourceFormat): number {
  if (xmp === undefined || format === 'avif' || format === 'heic') return UPRIGHT;
  return Number(ORIENTATION.exec(xmp.toString('latin1'))?.[1] ?? UPRIGHT);
}
