/** One entry of a directory of tags, as TIFF and EXIF lay it out. */
export interface TiffEntry {
  tag: number;
  type: number;
  count: number;
  /** The value as stored, in the file's byte order. */
  value: Buffer;
}

export interface TiffHeader {
  littleEndian: boolean;
  /** Where the first directory starts. */
  firstOffset: number;
}

/** Bytes a value, by type 1..12; 0 where there is no such type. */
const TYPE_BYTES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8];

/** The header of a classic TIFF or of an EXIF block without its `Exif\0\0`; undefined where it is none. */
export function readTiffHeader(block: Buffer): TiffHeader | undefined {
  const order = block.toString('latin1', 0, 4);
  if (block.length < 8 || (order !== 'II*\0' && order !== 'MM\0*')) return undefined;
  const littleEndian = order === 'II*\0';
  return { littleEndian, firstOffset: readUInt32(block, 4, littleEndian) };
}

/** The entries of the directory at `offset`; those that point outside the block are left out. */
export function readDirectory(block: Buffer, offset: number, littleEndian: boolean): TiffEntry[] {
  if (offset + 2 > block.length) return [];
  const count = littleEndian ? block.readUInt16LE(offset) : block.readUInt16BE(offset);
  const entries: TiffEntry[] = [];
  for (let at = offset + 2; at < offset + 2 + count * 12 && at + 12 <= block.length; at += 12) {
    const entry = readEntry(block, at, littleEndian);
    if (entry !== undefined) entries.push(entry);
  }
  return entries;
}

/** The first value of a SHORT or LONG entry; undefined where it is of another type. */
export function firstInteger(entry: TiffEntry | undefined, littleEndian: boolean): number | undefined {
  if (entry?.type === 3 && entry.count >= 1) {
    return littleEndian ? entry.value.readUInt16LE() : entry.value.readUInt16BE();
  }
  if (entry?.type === 4 && entry.count >= 1) return readUInt32(entry.value, 0, littleEndian);
  return undefined;
}

function readEntry(block: Buffer, at: number, littleEndian: boolean): TiffEntry | undefined {
  const tag = littleEndian ? block.readUInt16LE(at) : block.readUInt16BE(at);
  const type = littleEndian ? block.readUInt16LE(at + 2) : block.readUInt16BE(at + 2);
  const count = readUInt32(block, at + 4, littleEndian);
  const length = (TYPE_BYTES[type] ?? 0) * count;
  const start = length <= 4 ? at + 8 : readUInt32(block, at + 8, littleEndian);
  if (length === 0 || start + length > block.length) return undefined;
  return { tag, type, count, value: block.subarray(start, start + length) };
}

function readUInt32(block: Buffer, at: number, littleEndian: boolean): number {
  return littleEndian ? block.readUInt32LE(at) : block.readUInt32BE(at);
}
