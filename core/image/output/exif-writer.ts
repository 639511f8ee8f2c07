import type { TiffEntry } from '../source/tiff-directory.ts';

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

/** A directory is its count, 12 bytes for each entry, the link to the next directory (none), and values over 4 bytes. */
function writeDirectory(entries: TiffEntry[], offset: number, littleEndian: boolean): Buffer {
  const directory = Buffer.alloc(directoryBytes(entries));
  const uint16 = (value: number, at: number) =>
    littleEndian ? directory.writeUInt16LE(value, at) : directory.writeUInt16BE(value, at);
  const uint32 = (value: number, at: number) =>
    littleEndian ? directory.writeUInt32LE(value, at) : directory.writeUInt32BE(value, at);
  uint16(entries.length, 0);
  let valueAt = tableBytes(entries);
  for (const [index, entry] of entries.toSorted((a, b) => a.tag - b.tag).entries()) {
    const at = 2 + 12 * index;
    uint16(entry.tag, at);
    uint16(entry.type, at + 2);
    uint32(entry.count, at + 4);
    if (entry.value.length <= 4) {
      entry.value.copy(directory, at + 8);
    } else {
      uint32(offset + valueAt, at + 8);
      entry.value.copy(directory, valueAt);
      valueAt += evenBytes(entry);
    }
  }
  return directory;
}

function directoryBytes(entries: TiffEntry[]): number {
  const values = entries.filter((entry) => entry.value.length > 4);
  return tableBytes(entries) + values.reduce((sum, entry) => sum + evenBytes(entry), 0);
}

function tableBytes(entries: TiffEntry[]): number {
  return 2 + 12 * entries.length + 4;
}

/** Each value begins at an even offset. */
function evenBytes(entry: TiffEntry): number {
  return entry.value.length + (entry.value.length % 2);
}
