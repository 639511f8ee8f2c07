import type { TiffEntry } from './tiff-directory.ts';
import { TAG, type TiffPage } from './tiff-page.ts';
import { writeDirectory } from './tiff-writer.ts';

/** The tags that it takes to decode the pixels of a page and to show them right; all others are about it. */
const PIXEL_TAGS: readonly number[] = [
  TAG.width,
  TAG.height,
  TAG.bitsPerSample,
  TAG.compression,
  TAG.photometric,
  TAG.fillOrder,
  TAG.stripOffsets,
  TAG.orientation,
  TAG.samplesPerPixel,
  TAG.rowsPerStrip,
  TAG.stripByteCounts,
  TAG.planarConfiguration,
  TAG.t4Options,
  TAG.t6Options,
  TAG.predictor,
  TAG.colourMap,
  TAG.tileWidth,
  TAG.tileHeight,
  TAG.tileOffsets,
  TAG.tileByteCounts,
  TAG.extraSamples,
  TAG.sampleFormat,
  TAG.jpegTables,
  TAG.subsampling,
  TAG.referenceBlackWhite,
  TAG.iccProfile,
];

/**
 * The file as a classic TIFF with one page: the pixels stay where they are, and a new directory follows them. It has
 * the page's own pixel tags, but for those in `changes`; where these state the samples, they state the extra samples too.
 */
export function withOnePage(bytes: Buffer, page: TiffPage, changes: readonly TiffEntry[] = []): Buffer {
  const changed = new Set(changes.map(({ tag }) => tag));
  if (changed.has(TAG.samplesPerPixel)) changed.add(TAG.extraSamples);
  const kept = pickTags(
    page,
    PIXEL_TAGS.filter((tag) => !changed.has(tag)),
  );
  return joinTiff(bytes, [...kept, ...changes], page.header.littleEndian);
}

/** Entries of a page, as classic TIFF holds them. */
export function pickTags({ entries, header }: TiffPage, tags: readonly number[]): TiffEntry[] {
  return tags.flatMap((tag) => entries.get(tag) ?? []).map((entry) => asClassic(entry, header.littleEndian));
}

/**
 * A classic TIFF of one directory.
 *
 * @param body what precedes the directory; its first 8 bytes become the header
 */
export function joinTiff(body: Buffer, entries: readonly TiffEntry[], littleEndian: boolean): Buffer {
  // Directories begin at even offsets.
  const gap = body.length % 2;
  const offset = body.length + gap;
  const file = Buffer.concat([body, Buffer.alloc(gap), writeDirectory(entries, offset, littleEndian)]);
  file.write(littleEndian ? 'II*\0' : 'MM\0*', 'latin1');
  if (littleEndian) file.writeUInt32LE(offset, 4);
  else file.writeUInt32BE(offset, 4);
  return file;
}

const LONG = 4;
/** LONG8 and IFD8, which classic TIFF lacks. */
const WIDE_TYPES = [16, 18];

/** Numbers of 8 bytes as numbers of 4: no file that we read is longer than those can say. */
function asClassic(entry: TiffEntry, littleEndian: boolean): TiffEntry {
  if (!WIDE_TYPES.includes(entry.type)) return entry;
  const value = Buffer.alloc(4 * entry.count);
  for (let index = 0; index < entry.count; index += 1) {
    const lowHalf = 8 * index + (littleEndian ? 0 : 4);
    entry.value.copy(value, 4 * index, lowHalf, lowHalf + 4);
  }
  return { tag: entry.tag, type: LONG, count: entry.count, value };
}
