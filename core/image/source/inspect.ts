import type { Metadata } from 'sharp';
import { PermanentError } from '../../errors.ts';
import { oriented, type Size } from '../geometry.ts';
import { READS_HEIC, sharp } from '../sharp-setup.ts';
import type { Exif, ImageInfo, ImageLimits, ImageTools } from '../types.ts';
import { isSequence } from './avif-boxes.ts';
import { type SourceColour, sourceColour } from './colour.ts';
import { corruptImage } from './corrupt-image.ts';
import { readExif } from './exif.ts';
import { gifSize } from './gif-canvas.ts';
import { inspectPng } from './inspect-png.ts';
import { inspectTiff } from './inspect-tiff.ts';
import { readableHeader } from './readable-tiff.ts';
import { checkBytes, checkPixels, checkProfile } from './size-limits.ts';
import { describeUnknown, sniffFormat } from './sniff.ts';
import type { SourceFormat } from './source-format.ts';
import { type StoredSamples, storedSamples } from './stored-samples.ts';
import { unsupportedFormat } from './unsupported-format.ts';
import { describeOddJpeg } from './unsupported-jpeg.ts';
import { xmpOrientation } from './xmp.ts';

/** What the header says: for the record, and for the decoder. */
export interface Inspection extends SourceColour {
  info: ImageInfo;
  exif: Exif | null;
  /** EXIF as stored, for what of it the recipe keeps; a TIFF stores its tags all over the file. */
  exifBlock: Buffer | undefined;
  /** Resolution in dots per inch, where the file states one. */
  densityDpi: number | undefined;
  /** Width and height as stored, before the EXIF orientation. */
  stored: Size;
  /** What libvips decodes; less than what is stored where a GIF's frames do not fill its canvas. */
  decoded: Size;
  samples: StoredSamples;
}

/**
 * Reads the header alone and refuses what we can't or won't decode.
 *
 * @throws PermanentError `EMPTY_FILE`, `UNSUPPORTED_FORMAT`, `IMAGE_TOO_LARGE` or `CORRUPT_IMAGE`
 */
export async function inspect(
  bytes: Buffer,
  limits: ImageLimits,
  tools: ImageTools = {},
): Promise<Inspection> {
  if (bytes.length === 0) {
    throw new PermanentError(
      'EMPTY_FILE',
      'Expected an image, and the file is empty. The upload may have been cut off: upload it again.',
    );
  }
  checkBytes(bytes.length, limits);
  const format = readableFormat(bytes, tools);
  const metadata = await readHeader(headerOf(bytes, format, limits), format);
  if (!DEPTHS.includes(metadata.depth)) {
    throw unsupportedFormat({ received: `an image of ${metadata.depth} samples, not of 8 or 16 bits` });
  }
  const decoded = { widthPx: metadata.width, heightPx: metadata.pageHeight ?? metadata.height };
  const stored = format === 'gif' ? gifSize(bytes, decoded) : decoded;
  const info = infoOf(metadata, format, stored, bytes.length);
  checkPixels(info, info.pages, limits);
  checkProfile(metadata.icc);
  const colour = sourceColour(bytes, format, metadata);
  return {
    info,
    exif: readExif(metadata.exif),
    exifBlock: format === 'tiff' ? bytes : metadata.exif,
    densityDpi: metadata.density,
    stored,
    decoded,
    samples: storedSamples(bytes, format, metadata, colour),
    ...colour,
  };
}

/** 8 and 16 bits. What white is in a picture of wider or floating samples, no header says. */
const DEPTHS: readonly Metadata['depth'][] = ['uchar', 'ushort'];

/** The only formats that are read; everything else, SVG and PDF first, is refused before any library sees it. */
function readableFormat(bytes: Buffer, { decodeHeic }: ImageTools): SourceFormat {
  const format = sniffFormat(bytes);
  if (format === undefined) throw unsupportedFormat({ received: describeUnknown(bytes) });
  if (format === 'heic' && !READS_HEIC && decodeHeic === undefined) throw unsupportedFormat(HEIC);
  return format;
}

/** The bytes whose header libvips can read, of a file that it can decode. */
function headerOf(bytes: Buffer, format: SourceFormat, limits: ImageLimits): Buffer {
  if (format === 'tiff') return readableHeader(bytes, inspectTiff(bytes, limits));
  if (format === 'png') return inspectPng(bytes, limits);
  const odd = format === 'jpeg' ? describeOddJpeg(bytes) : undefined;
  if (odd !== undefined) throw unsupportedFormat(odd);
  if (format === 'avif' && isSequence(bytes)) throw unsupportedFormat(AVIF_SEQUENCE);
  if (format === 'heic' && isSequence(bytes)) throw unsupportedFormat(HEIC_SEQUENCE);
  return bytes;
}

/** What to do about a photo of an iPhone: docs/formats.md says more. */
const HEIC = {
  received: 'a HEIC photo, which needs the optional package libheif-js',
  advice:
    'Add it with `npm i --no-save libheif-js` on a laptop, or with the setting `heic` on AWS; or export the photo as JPEG.',
};

const HEIC_SEQUENCE = {
  received: 'a HEIC sequence, which is an animation or a video',
  advice: 'Export its first picture as HEIC or JPEG, and upload that.',
};

const AVIF_SEQUENCE = {
  received: 'an AVIF sequence, which is an animation or a video',
  advice: 'Export it as an animated WebP or GIF, or its first picture as AVIF, and upload that.',
};

async function readHeader(bytes: Buffer, format: SourceFormat): Promise<Metadata> {
  try {
    // Decoding is stricter: what a header warns of may be no more than an odd tag.
    return await sharp(bytes, { limitInputPixels: false, failOn: 'error' }).metadata();
  } catch (error) {
    throw corruptImage(`its ${format.toUpperCase()} header cannot be read`, error);
  }
}

function infoOf(metadata: Metadata, format: SourceFormat, stored: Size, bytes: number): ImageInfo {
  const orientation = metadata.orientation ?? xmpOrientation(metadata, format);
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
