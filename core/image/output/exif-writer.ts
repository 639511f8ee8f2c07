import type { TiffEntry } from '../source/tiff-directory.ts';
import { directoryBytes, writeDirectory } from '../source/tiff-writer.ts';

/** The two EXIF directories that describe a photo. */
export interface ExifDirectories {
  image: TiffEntry[];
  photo: TiffEntry[];
}

/** The tag in the image's directory that points to the photo's. */
export const EXIF_POINTER = 0x8769;

const HEADER_BYTES = 8;
const LONG = 4;

/**
 * Writes an EXIF block: the image's directory, then the photo's. Values keep the byte order they came in.
 *
 * sharp's own `withExif` cannot do this: libvips writes text as ASCII, and turns "© 2024 José 山田" into
 * "(C) 2024 Jose ??" in every format (sharp 0.35.5, libvips 8.18.7).
 */
export function writeExif({ image, photo }: ExifDirectories, littleEndian: boolean): Buffer {
  const header = Buffer.from(littleEndian ? 'II*\0\x08\0\0\0' : 'MM\0*\0\0\0\x08', 'latin1');
  if (photo.length === 0) return Buffer.concat([header, writeDirectory(image, HEADER_BYTES, littleEndian)]);
  const pointer: TiffEntry = { tag: EXIF_POINTER, type: LONG, count: 1, value: Buffer.alloc(4) };
  const entries = [...image, pointer];
  const photoOffset = HEADER_BYTES + directoryBytes(entries);
  if (littleEndian) pointer.value.writeUInt32LE(photoOffset);
  else pointer.value.writeUInt32BE(photoOffset);
  return Buffer.concat([
    header,
    writeDirectory(entries, HEADER_BYTES, littleEndian),
    writeDirectory(photo, photoOffset, littleEndian),
  ]);
}
