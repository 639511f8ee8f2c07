import { corruptImage } from './corrupt-image.ts';
import { integerAt, type TiffEntry } from './tiff-directory.ts';
import { COMPRESSION, numberOf, TAG, type TiffPage } from './tiff-page.ts';

/** How the pixels of a page are cut into strips or tiles. */
export interface TiffSegments {
  isTiled: boolean;
  /** Of one segment. The last strip may be shorter, tiles are padded. */
  widthPx: number;
  heightPx: number;
  perPlane: number;
  offsets: TiffEntry | undefined;
  byteCounts: TiffEntry | undefined;
}

export function segmentsOf(page: TiffPage): TiffSegments {
  const { entries } = page;
  const isTiled = entries.has(TAG.tileWidth) && entries.has(TAG.tileOffsets);
  const widthPx = Math.max(1, isTiled ? numberOf(page, TAG.tileWidth, page.widthPx) : page.widthPx);
  const rows = isTiled
    ? numberOf(page, TAG.tileHeight, page.heightPx)
    : numberOf(page, TAG.rowsPerStrip, page.heightPx);
  const heightPx = Math.max(1, isTiled ? rows : Math.min(rows, page.heightPx));
  return {
    isTiled,
    widthPx,
    heightPx,
    perPlane: Math.ceil(page.widthPx / widthPx) * Math.ceil(page.heightPx / heightPx),
    offsets: entries.get(isTiled ? TAG.tileOffsets : TAG.stripOffsets),
    byteCounts: entries.get(isTiled ? TAG.tileByteCounts : TAG.stripByteCounts),
  };
}

/**
 * Checks that the strips or tiles of a page lie inside the file. libtiff leaves a tile that it cannot read as it is,
 * which is black.
 *
 * @throws PermanentError `CORRUPT_IMAGE`
 */
export function checkSegments(bytes: Buffer, page: TiffPage): void {
  const segments = segmentsOf(page);
  const expected = segments.perPlane * (page.isPlanar ? page.samples : 1);
  const stated = segments.offsets?.count ?? 0;
  const name = segments.isTiled ? 'tiles' : 'strips';
  if (stated < expected) throw corruptImage(`it has ${stated} of ${expected} ${name}`);
  let missing = 0;
  for (let index = 0; index < expected; index += 1) {
    if (!isInside(bytes.length, page, segments, index)) missing += 1;
  }
  if (missing > 0) {
    throw corruptImage(`${missing} of its ${expected} ${name} are cut off or lie outside the file`);
  }
}

function isInside(fileBytes: number, page: TiffPage, segments: TiffSegments, index: number): boolean {
  const { littleEndian } = page.header;
  const offset = integerAt(segments.offsets, index, littleEndian) ?? 0;
  const count = integerAt(segments.byteCounts, index, littleEndian);
  if (offset === 0 || count === 0) return false;
  // Of pixels that are not compressed, the size says how many bytes it takes, whatever the file states.
  if (page.compression === COMPRESSION.none) return offset + plainBytes(page, segments, index) <= fileBytes;
  return offset + (count ?? 1) <= fileBytes;
}

/** The bytes of a segment that is not compressed. */
export function plainBytes(
  page: TiffPage,
  { isTiled, widthPx, heightPx, perPlane }: TiffSegments,
  index: number,
): number {
  const samples = page.isPlanar ? 1 : page.samples;
  const firstRow = (index % perPlane) * heightPx;
  const rows = isTiled ? heightPx : Math.min(heightPx, page.heightPx - firstRow);
  return rows * Math.ceil((widthPx * samples * (page.bits[0] ?? 1)) / 8);
}
