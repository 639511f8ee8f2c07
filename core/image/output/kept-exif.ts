import type { Recipe } from '../../recipe.ts';
import { firstInteger, readDirectory, readTiffHeader, type TiffEntry } from '../source/tiff-directory.ts';
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

/** Dropped from that range: GPS and interoperability pointers, maker note, size, colour space, sound, versions. */
const DROPPED_PHOTO_TAGS = new Set([
  0x8825, 0x8769, 0x927c, 0x9000, 0x9101, 0xa000, 0xa001, 0xa002, 0xa003, 0xa004, 0xa005,
]);

/** Longest value that is kept; a longer one is a vendor's block, not a fact about the shot. */
const MAX_VALUE_BYTES = 2048;

/**
 * Rebuilds the EXIF that outputs carry from the tags that the recipe keeps. It never holds GPS, a thumbnail, a maker
 * note or an orientation. Undefined where nothing is kept.
 *
 * @param block the source's EXIF, with or without the leading `Exif\0\0`
 */
export function keptExif(block: Buffer | undefined, keep: Recipe['metadata']['keep']): Buffer | undefined {
  if (block === undefined || keep === 'none') return undefined;
  const tiff = block.toString('latin1', 0, 6) === 'Exif\0\0' ? block.subarray(6) : block;
  const header = readTiffHeader(tiff);
  if (header === undefined) return undefined;
  const image = readDirectory(tiff, header, header.firstOffset);
  const pointer = image.find((entry) => entry.tag === EXIF_POINTER);
  const photoOffset = firstInteger(pointer, header.littleEndian);
  const photo = photoOffset === undefined ? [] : readDirectory(tiff, header, photoOffset);
  const kept = keep === 'copyright' ? copyrightOf(image) : describing({ image, photo });
  return kept.image.length + kept.photo.length > 0 ? writeExif(kept, header.littleEndian) : undefined;
}

function copyrightOf(image: TiffEntry[]): ExifDirectories {
  return { image: image.filter(({ tag }) => tag === ARTIST || tag === COPYRIGHT), photo: [] };
}

function describing({ image, photo }: ExifDirectories): ExifDirectories {
  const isShort = (entry: TiffEntry) => entry.value.length <= MAX_VALUE_BYTES;
  const isPhotoTag = ({ tag }: TiffEntry) =>
    tag >= PHOTO_TAGS.first && tag <= PHOTO_TAGS.last && !DROPPED_PHOTO_TAGS.has(tag);
  return {
    image: image.filter((entry) => IMAGE_TAGS.has(entry.tag) && isShort(entry)),
    photo: photo.filter((entry) => isPhotoTag(entry) && isShort(entry)),
  };
}
