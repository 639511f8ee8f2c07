import {
  integerAt,
  nextDirectory,
  readDirectory,
  readTiffHeader,
  type TiffEntry,
  type TiffHeader,
} from './tiff-directory.ts';

/** The tags that say how the pixels of a page are stored. @see TIFF 6.0 and its technical notes */
export const TAG = {
  newSubfileType: 254,
  width: 256,
  height: 257,
  bitsPerSample: 258,
  compression: 259,
  photometric: 262,
  fillOrder: 266,
  stripOffsets: 273,
  orientation: 274,
  samplesPerPixel: 277,
  rowsPerStrip: 278,
  stripByteCounts: 279,
  planarConfiguration: 284,
  t4Options: 292,
  t6Options: 293,
  predictor: 317,
  colourMap: 320,
  tileWidth: 322,
  tileHeight: 323,
  tileOffsets: 324,
  tileByteCounts: 325,
  subDirectories: 330,
  inkSet: 332,
  extraSamples: 338,
  sampleFormat: 339,
  jpegTables: 347,
  subsampling: 530,
  referenceBlackWhite: 532,
  iccProfile: 34_675,
  dngVersion: 50_706,
} as const;

export const COMPRESSION = { none: 1, oldJpeg: 6, jpeg: 7, webp: 50_001 } as const;
export const PHOTOMETRIC = {
  whiteIsZero: 0,
  blackIsZero: 1,
  rgb: 2,
  palette: 3,
  separated: 5,
  ycbcr: 6,
  cfa: 32_803,
  linearRaw: 34_892,
} as const;

const REDUCED_VERSION = 1;
/** Pages that are looked at for one that is no thumbnail. */
const MAX_PAGES = 16;

/** One page of a TIFF: its directory, and how its pixels are stored. */
export interface TiffPage {
  header: TiffHeader;
  /** Where its directory starts. */
  offset: number;
  entries: ReadonlyMap<number, TiffEntry>;
  /** Whether it says that it is a reduced version of another page. */
  isReduced: boolean;
  widthPx: number;
  heightPx: number;
  samples: number;
  /** By sample, at least one; one value stands for all. */
  bits: readonly number[];
  /** By sample: 1 unsigned, 2 signed, 3 floating, 4 not stated. */
  sampleFormats: readonly number[];
  compression: number;
  photometric: number;
  /** Whether each sample has a plane to itself. */
  isPlanar: boolean;
}

/**
 * The page that is the picture: the first that is no reduced version of another, or else the first. Undefined where
 * the file has no directory.
 */
export function readTiffPage(bytes: Buffer): TiffPage | undefined {
  const header = readTiffHeader(bytes);
  if (header === undefined) return undefined;
  const first = readPage(bytes, header, header.firstOffset);
  let page = first;
  for (let count = 1; page?.isReduced && count < MAX_PAGES; count += 1) {
    page = readPage(bytes, header, nextDirectory(bytes, header, page.offset));
  }
  return page ?? first;
}

/** The page whose directory is at `offset`; undefined where there is none. */
export function readPage(bytes: Buffer, header: TiffHeader, offset: number): TiffPage | undefined {
  const directory = offset === 0 ? [] : readDirectory(bytes, header, offset);
  if (directory.length === 0) return undefined;
  // Of entries with the same tag the first counts, as in libtiff, which decodes the page.
  const entries = new Map(directory.toReversed().map((entry) => [entry.tag, entry]));
  const number = (tag: number, fallback: number) =>
    integerAt(entries.get(tag), 0, header.littleEndian) ?? fallback;
  const samples = Math.max(1, number(TAG.samplesPerPixel, 1));
  return {
    header,
    offset,
    entries,
    isReduced: (number(TAG.newSubfileType, 0) & REDUCED_VERSION) !== 0,
    widthPx: number(TAG.width, 0),
    heightPx: number(TAG.height, 0),
    samples,
    bits: numbersOf({ header, entries }, TAG.bitsPerSample, [1]).slice(0, samples),
    sampleFormats: numbersOf({ header, entries }, TAG.sampleFormat, [1]).slice(0, samples),
    compression: number(TAG.compression, COMPRESSION.none),
    photometric: number(TAG.photometric, samples >= 3 ? PHOTOMETRIC.rgb : PHOTOMETRIC.blackIsZero),
    isPlanar: samples > 1 && number(TAG.planarConfiguration, 1) === 2,
  };
}

/** Longest list that is read whole: no picture has more samples per pixel. */
const MAX_LIST = 256;

/** The values of an entry of a few whole numbers. */
export function numbersOf(
  { header, entries }: Pick<TiffPage, 'header' | 'entries'>,
  tag: number,
  fallback: readonly number[] = [],
): readonly number[] {
  const entry = entries.get(tag);
  const count = Math.min(entry?.count ?? 0, MAX_LIST);
  const values = Array.from({ length: count }, (_, index) => integerAt(entry, index, header.littleEndian));
  const numbers = values.filter((value) => value !== undefined);
  return numbers.length > 0 ? numbers : fallback;
}

/** The first value of an entry of whole numbers. */
export function numberOf(page: TiffPage, tag: number, fallback: number): number {
  return integerAt(page.entries.get(tag), 0, page.header.littleEndian) ?? fallback;
}
