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
  /** BigTIFF (version 43) has counts and offsets of 8 bytes; classic TIFF (version 42) has 2 and 4. */
  isBig: boolean;
  /** Where the first directory starts. */
  firstOffset: number;
}

/** Text in UTF-8, since EXIF 3.0. @see CIPA DC-008-2024, 4.6.2 */
export const UTF_8 = 129;

/** Bytes per value, by type; 0 where there is no such type. */
const TYPE_BYTES: Readonly<Record<number, number>> = {
  ...[0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8],
  [UTF_8]: 1,
};

/** Most entries that a classic directory can state; more in a BigTIFF are no picture's. */
const MAX_ENTRIES = 65_535;

/** What differs between the two versions, in bytes. */
const CLASSIC = { countBytes: 2, entryBytes: 12, offsetBytes: 4 } as const;
const BIG = { countBytes: 8, entryBytes: 20, offsetBytes: 8 } as const;

/**
 * The header of a TIFF of either version, or of an EXIF block without its `Exif\0\0`; undefined where it is none.
 *
 * @see https://www.loc.gov/preservation/digital/formats/fdd/fdd000328.shtml for BigTIFF
 */
export function readTiffHeader(block: Buffer): TiffHeader | undefined {
  const mark = block.toString('latin1', 0, 4);
  const littleEndian = mark.startsWith('II');
  if (mark === 'II*\0' || mark === 'MM\0*') {
    if (block.length < 8) return undefined;
    return { littleEndian, isBig: false, firstOffset: unsigned(block, 4, 4, littleEndian) };
  }
  if (mark === 'II+\0' || mark === 'MM\0+') {
    if (block.length < 16) return undefined;
    return { littleEndian, isBig: true, firstOffset: unsigned(block, 8, 8, littleEndian) };
  }
  return undefined;
}

/** The entries of the directory at `offset`; those that point outside the block are left out. */
export function readDirectory(
  block: Buffer,
  { littleEndian, isBig }: TiffHeader,
  offset: number,
): TiffEntry[] {
  const { countBytes, entryBytes } = isBig ? BIG : CLASSIC;
  const entries: TiffEntry[] = [];
  const end = directoryEnd(block, { littleEndian, isBig }, offset);
  for (let at = offset + countBytes; at < end && at + entryBytes <= block.length; at += entryBytes) {
    const entry = readEntry(block, at, { littleEndian, isBig });
    if (entry !== undefined) entries.push(entry);
  }
  return entries;
}

/** Where the directory behind the one at `offset` starts; 0 where there is none. */
export function nextDirectory(block: Buffer, header: TiffHeader, offset: number): number {
  const { offsetBytes } = header.isBig ? BIG : CLASSIC;
  const end = directoryEnd(block, header, offset);
  return end + offsetBytes > block.length ? 0 : unsigned(block, end, offsetBytes, header.littleEndian);
}

/** The first value of an entry of whole numbers; undefined where it is of another type. */
export function firstInteger(entry: TiffEntry | undefined, littleEndian: boolean): number | undefined {
  return integerAt(entry, 0, littleEndian);
}

/** Types of whole numbers: BYTE, SHORT, LONG, IFD, LONG8 and IFD8. */
const INTEGER_TYPES = [1, 3, 4, 13, 16, 18];

/** The value at `index` of an entry of whole numbers; undefined where there is none. */
export function integerAt(
  entry: TiffEntry | undefined,
  index: number,
  littleEndian: boolean,
): number | undefined {
  if (entry === undefined || !INTEGER_TYPES.includes(entry.type) || index >= entry.count) return undefined;
  const bytes = TYPE_BYTES[entry.type] ?? 0;
  return unsigned(entry.value, index * bytes, bytes, littleEndian);
}

function directoryEnd(
  block: Buffer,
  { littleEndian, isBig }: Omit<TiffHeader, 'firstOffset'>,
  offset: number,
) {
  const { countBytes, entryBytes } = isBig ? BIG : CLASSIC;
  if (offset + countBytes > block.length) return offset;
  const count = Math.min(MAX_ENTRIES, unsigned(block, offset, countBytes, littleEndian));
  return offset + countBytes + entryBytes * count;
}

function readEntry(
  block: Buffer,
  at: number,
  { littleEndian, isBig }: Omit<TiffHeader, 'firstOffset'>,
): TiffEntry | undefined {
  const { offsetBytes } = isBig ? BIG : CLASSIC;
  const tag = unsigned(block, at, 2, littleEndian);
  const type = unsigned(block, at + 2, 2, littleEndian);
  const count = unsigned(block, at + 4, offsetBytes, littleEndian);
  const length = (TYPE_BYTES[type] ?? 0) * count;
  const valueAt = at + 4 + offsetBytes;
  const start = length <= offsetBytes ? valueAt : unsigned(block, valueAt, offsetBytes, littleEndian);
  if (length === 0 || start + length > block.length) return undefined;
  return { tag, type, count, value: block.subarray(start, start + length) };
}

/** An unsigned number of 2, 4 or 8 bytes. Of 8 bytes, those beyond 2^53 lose precision: no file is that long. */
function unsigned(block: Buffer, at: number, bytes: number, littleEndian: boolean): number {
  if (bytes === 8) {
    const [low, high] = littleEndian ? [at, at + 4] : [at + 4, at];
    return unsigned(block, low, 4, littleEndian) + 2 ** 32 * unsigned(block, high, 4, littleEndian);
  }
  return littleEndian ? block.readUIntLE(at, bytes) : block.readUIntBE(at, bytes);
}
