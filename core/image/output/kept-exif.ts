import type { Recipe } from '../../recipe.ts';
import {
  firstInteger,
  readDirectory,
  readTiffHeader,
  type TiffEntry,
  UTF_8,
} from '../source/tiff-directory.ts';
import { shorts } from '../source/tiff-writer.ts';
import { RESOLUTION_TAGS, resolutionTags } from './exif-resolution.ts';
import { EXIF_POINTER, type ExifDirectories, writeExif } from './exif-writer.ts';

const ARTIST = 0x013b;
const COPYRIGHT = 0x8298;

/**
 * The tags that `all` keeps of the image's directory: description, make, model, software, date, artist, host computer,
 * rating, copyright. It drops tags that describe the source's pixels (orientation, strips, thumbnail) and blocks that
 * may hide a position or a preview (GPS, XMP, IPTC, Photoshop's, vendors').
 *
 * @see https://exiv2.org/tags.html
 */
const IMAGE_TAGS = new Set([
  0x010e,
  0x010f,
  0x0110,
  0x0131,
  0x0132,
  ARTIST,
  0x013c,
  0x4746,
  0x4749,
  COPYRIGHT,
]);

/** The range of tags that `all` keeps of the photo's directory: exposure to lens. */
const PHOTO_TAGS = { first: 0x829a, last: 0xa435 } as const;

const COLOUR_SPACE = 0xa001;

/** Dropped from that range: GPS and interoperability pointers, maker note, size, colour space, sound, versions. */
const DROPPED_PHOTO_TAGS = new Set([
  0x8825,
  EXIF_POINTER,
  0x927c,
  0x9000,
  0x9101,
  0xa000,
  COLOUR_SPACE,
  0xa002,
  0xa003,
  0xa004,
  0xa005,
]);

/** Longest value that is kept; a longer one is a vendor's block, not a fact about the photo. */
const MAX_VALUE_BYTES = 2048;

/** Longest artist and copyright, which are cut there: both fit the 64 kB of a JPEG with all other tags. */
const MAX_CREDIT_BYTES = 16_384;

/** Where EXIF lies in a source. */
export interface ExifSource {
  /** EXIF with or without the leading `Exif\0\0`, or a whole TIFF. */
  block: Buffer | undefined;
  /** Resolution that the file states elsewhere. */
  densityDpi?: number | undefined;
}

/**
 * Rebuilds the EXIF that outputs carry from the tags that the recipe keeps. It never holds GPS, a thumbnail, a maker
 * note or an orientation. It says that the colours are sRGB, and it keeps the source's resolution. Undefined where
 * nothing is kept.
 */
export function keptExif(
  { block, densityDpi }: ExifSource,
  keep: Recipe['metadata']['keep'],
): Buffer | undefined {
  if (block === undefined || keep === 'none') return undefined;
  const tiff = block.toString('latin1', 0, 6) === 'Exif\0\0' ? block.subarray(6) : block;
  const header = readTiffHeader(tiff);
  if (header === undefined) return undefined;
  const { littleEndian } = header;
  const image = readDirectory(tiff, header, header.firstOffset).flatMap(storable);
  const pointer = image.find((entry) => entry.tag === EXIF_POINTER);
  const photoOffset = firstInteger(pointer, littleEndian);
  const photo = photoOffset === undefined ? [] : readDirectory(tiff, header, photoOffset).flatMap(storable);
  const stated = image.filter(({ tag }) => RESOLUTION_TAGS.has(tag));
  const known = densityDpi === undefined ? [] : resolutionTags(densityDpi, littleEndian);
  const facts = {
    image: stated.length > 0 ? stated : known,
    photo: [shorts(COLOUR_SPACE, [SRGB], littleEndian)],
  };
  const credits = { image: creditsOf(image), photo: [] };
  const whole = keep === 'all' ? write(describing({ image, photo }), facts, littleEndian) : undefined;
  const isWhole = whole !== undefined && whole.length <= MAX_EXIF_BYTES;
  return isWhole ? whole : write(credits, facts, littleEndian);
}

/** The only colour space that outputs have. */
const SRGB = 1;

/** What fits a segment of a JPEG, with its own header. A longer block, which no camera writes, loses all but credits. */
const MAX_EXIF_BYTES = 65_000;

function write(kept: ExifDirectories, facts: ExifDirectories, littleEndian: boolean): Buffer | undefined {
  if (kept.image.length + kept.photo.length === 0) return undefined;
  const both = { image: [...kept.image, ...facts.image], photo: [...kept.photo, ...facts.photo] };
  return writeExif(both, littleEndian);
}

const ASCII = 2;
const LAST_TYPE = 12;

/** The entry as older readers know it: they take UTF-8 as ASCII, and none of the types of BigTIFF. */
function storable(entry: TiffEntry): TiffEntry[] {
  if (entry.type === UTF_8) return [{ ...entry, type: ASCII }];
  return entry.type <= LAST_TYPE || entry.tag === EXIF_POINTER ? [entry] : [];
}

function creditsOf(image: TiffEntry[]): TiffEntry[] {
  return image.filter(isCredit).flatMap(shortened);
}

function isCredit({ tag }: TiffEntry): boolean {
  return tag === ARTIST || tag === COPYRIGHT;
}

function shortened(entry: TiffEntry): TiffEntry[] {
  if (entry.value.length <= MAX_CREDIT_BYTES) return [entry];
  if (entry.count !== entry.value.length) return [];
  // Not in the middle of a letter of several bytes, of which all but the first begin with the bits 10.
  let end = MAX_CREDIT_BYTES - 1;
  while (((entry.value[end] ?? 0) & 0xc0) === 0x80) end--;
  const value = Buffer.concat([entry.value.subarray(0, end), Buffer.alloc(1)]);
  return [{ ...entry, count: value.length, value }];
}

function describing({ image, photo }: ExifDirectories): ExifDirectories {
  const isShort = (entry: TiffEntry) => entry.value.length <= MAX_VALUE_BYTES;
  const isPhotoTag = ({ tag }: TiffEntry) =>
    tag >= PHOTO_TAGS.first && tag <= PHOTO_TAGS.last && !DROPPED_PHOTO_TAGS.has(tag);
  return {
    image: [
      ...image.filter((entry) => IMAGE_TAGS.has(entry.tag) && !isCredit(entry) && isShort(entry)),
      ...creditsOf(image),
    ],
    photo: photo.filter((entry) => isPhotoTag(entry) && isShort(entry)),
  };
}
