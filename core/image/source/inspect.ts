import type { Metadata } from 'sharp';
import { PermanentError } from '../../errors.ts';
import { oriented, type Size } from '../geometry.ts';
import { READS_HEIC, sharp } from '../sharp-setup.ts';
import type { Exif, ImageInfo, ImageLimits, SourceFormat } from '../types.ts';
import { corruptImage } from './corrupt-image.ts';
import { readExif } from './exif.ts';
import { isSrgbProfile } from './icc.ts';
import { describeUnknown, sniffFormat } from './sniff.ts';
import { describeOddTiff } from './unsupported-tiff.ts';

/** What the header says: for the record, and for the decoder. */
export interface Inspection {
  info: ImageInfo;
  exif: Exif | null;
  /** EXIF as stored, for what of it the recipe keeps. */
  exifBlock: Buffer | undefined;
  /** Width and height as stored, before the EXIF orientation. */
  stored: Size;
  /** The embedded colour profile; one that says sRGB needs no conversion. */
  profile: 'none' | 'srgb' | 'other';
}

/**
 * Reads the header alone and refuses what we can't or won't decode.
 *
 * @throws PermanentError `EMPTY_FILE`, `UNSUPPORTED_FORMAT`, `IMAGE_TOO_LARGE` or `CORRUPT_IMAGE`
 */
export async function inspect(bytes: Buffer, limits: ImageLimits): Promise<Inspection> {
  if (bytes.length === 0) {
    throw new PermanentError(
      'EMPTY_FILE',
      'Expected an image, and the file is empty. The upload may have been cut off: upload it again.',
    );
  }
  if (bytes.length > limits.maxBytes) {
    throw tooLarge(`at most ${megabytes(limits.maxBytes)} MB`, `${megabytes(bytes.length)} MB`);
  }
  const format = readableFormat(bytes);
  // libpng reads on to the pixels before it tells the size, and a bomb may end before them.
  if (format === 'png') checkPixels(pngSize(bytes), 1, limits);
  const metadata = await readHeader(bytes, format);
  if (!DEPTHS.includes(metadata.depth))
    throw unsupported(`an image of ${metadata.depth} samples, not of 8 or 16 bits`);
  const info = infoOf(metadata, format, bytes.length);
  checkPixels(info, info.pages, limits);
  checkProfile(metadata.icc);
  return {
    info,
    exif: readExif(metadata.exif),
    exifBlock: metadata.exif,
    stored: oriented(info, info.orientation),
    profile: profileOf(metadata),
  };
}

/** 8 and 16 bits. What white is in a picture of wider or floating samples, no header says. */
const DEPTHS: readonly Metadata['depth'][] = ['uchar', 'ushort'];

/** The only formats that are read; everything else, SVG and PDF first, is refused before any library sees it. */
function readableFormat(bytes: Buffer): SourceFormat {
  const format = sniffFormat(bytes);
  if (format === undefined) throw unsupported(describeUnknown(bytes));
  if (format === 'heic' && !READS_HEIC) throw unsupported('a HEIC photo, which this build cannot decode');
  const odd = format === 'tiff' ? describeOddTiff(bytes) : undefined;
  if (odd !== undefined) throw unsupported(odd);
  return format;
}

function unsupported(received: string): PermanentError {
  return new PermanentError(
    'UNSUPPORTED_FORMAT',
    `Expected a JPEG, PNG, WebP, GIF, TIFF${READS_HEIC ? ', AVIF or HEIC' : ' or AVIF'} image, received ${received}. ` +
      'Export it as one of these and upload that.',
  );
}

/** The size that the IHDR chunk states, which a PNG begins with. */
function pngSize(bytes: Buffer): Size {
  if (bytes.length < 24) throw corruptImage('its header is cut off');
  return { widthPx: bytes.readUInt32BE(16), heightPx: bytes.readUInt32BE(20) };
}

function checkPixels({ widthPx, heightPx }: Size, pages: number, limits: ImageLimits): void {
  const size = `${widthPx} × ${heightPx} pixels`;
  if (pages > limits.maxPages) throw tooLarge(`at most ${limits.maxPages} pages or frames`, `${pages}`);
  if (widthPx * heightPx * pages > limits.maxPixels) {
    const limit = `at most ${(limits.maxPixels / 1e6).toFixed(1)} megapixels, all pages together`;
    throw tooLarge(limit, pages === 1 ? size : `${pages} pages of ${size}`);
  }
}

/** Profiles in use have 0.5 kB to 3 MB. */
const MAX_PROFILE_BYTES = 4_000_000;

function checkProfile(profile: Buffer | undefined): void {
  if (profile === undefined || profile.length <= MAX_PROFILE_BYTES) return;
  const expected = `a colour profile of at most ${megabytes(MAX_PROFILE_BYTES)} MB`;
  throw new PermanentError(
    'IMAGE_TOO_LARGE',
    `Expected ${expected}, received one of ${megabytes(profile.length)} MB. Export the image as sRGB, without a profile.`,
  );
}

function tooLarge(expected: string, received: string): PermanentError {
  return new PermanentError(
    'IMAGE_TOO_LARGE',
    `Expected ${expected}, received ${received}. Scale the image down, or raise the limit.`,
  );
}

async function readHeader(bytes: Buffer, format: SourceFormat): Promise<Metadata> {
  try {
    return await sharp(bytes, { limitInputPixels: false }).metadata();
  } catch (error) {
    throw corruptImage(`its ${format.toUpperCase()} header cannot be read`, error);
  }
}

function infoOf(metadata: Metadata, format: SourceFormat, bytes: number): ImageInfo {
  const orientation = metadata.orientation ?? 1;
  const stored = { widthPx: metadata.width, heightPx: metadata.pageHeight ?? metadata.height };
  return {
    format,
    bytes,
    ...oriented(stored, orientation),
    orientation,
    pages: metadata.pages ?? 1,
    colourSpace: metadata.space,
    hasAlpha: metadata.hasAlpha,
    hasProfile: metadata.hasProfile,
  };
}

function profileOf(metadata: Metadata): Inspection['profile'] {
  if (metadata.icc === undefined) return 'none';
  return isSrgbProfile(metadata.icc) ? 'srgb' : 'other';
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
