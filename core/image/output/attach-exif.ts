import type { Size } from '../geometry.ts';
import { headerChunks, pngChunk } from '../source/png-chunks.ts';
import type { EncodedImage } from '../types.ts';
import { addAvifExif } from './avif-exif.ts';
import { resolutionOf } from './exif-resolution.ts';

/**
 * Puts EXIF into an encoded picture. libvips would do it, too, but adds values that the source never had: a resolution of
 * 25.4 dpi, an unknown colour space, versions. In WebP it writes `Exif\0\0`, which does not belong there.
 *
 * @param exif from its byte order on, at most 64 kB
 */
export function attachExif(image: EncodedImage, exif: Buffer): EncodedImage {
  return { ...image, bytes: withExif(image, exif) };
}

function withExif(image: EncodedImage, exif: Buffer): Buffer {
  switch (image.format) {
    case 'jpeg':
      return addJpegExif(image.bytes, exif);
    case 'png':
      return addPngExif(image.bytes, exif);
    case 'webp':
      return addWebpExif(image.bytes, exif, image);
    case 'avif':
      return addAvifExif(image.bytes, exif);
    case 'gif':
      return image.bytes;
  }
}

/** The start of image, which the segment of EXIF has to follow. @see CIPA DC-008-2024, 4.5.2 */
const JPEG_START_BYTES = 2;

function addJpegExif(jpeg: Buffer, exif: Buffer): Buffer {
  const head = Buffer.from('\xff\xe1\0\0Exif\0\0', 'latin1');
  head.writeUInt16BE(head.length - 2 + exif.length, 2);
  return Buffer.concat([jpeg.subarray(0, JPEG_START_BYTES), head, exif, jpeg.subarray(JPEG_START_BYTES)]);
}

/** Behind the IHDR chunk, which comes first, and with its resolution where PNG has it. @see https://www.w3.org/TR/png-3/ */
export function addPngExif(png: Buffer, exif: Buffer): Buffer {
  const [header] = headerChunks(png);
  const end = header?.end ?? 0;
  const resolution = perMetre(exif);
  const chunks = [...(resolution ? [pngChunk('pHYs', resolution)] : []), pngChunk('eXIf', exif)];
  return Buffer.concat([png.subarray(0, end), ...chunks, png.subarray(end)]);
}

/** Pixels per metre across and down, and their unit. */
function perMetre(exif: Buffer): Buffer | undefined {
  const resolution = resolutionOf(exif);
  if (resolution === undefined) return undefined;
  const data = Buffer.alloc(9);
  data.writeUInt32BE(Math.round(resolution.across), 0);
  data.writeUInt32BE(Math.round(resolution.down), 4);
  data.writeUInt8(1, 8);
  return data;
}

const WEBP_HEADER_BYTES = 12;
const WEBP_CHUNK_HEADER_BYTES = 8;
const VP8X_BYTES = 10;
const WEBP_HAS_EXIF = 0x08;

/** At the end, and announced at the start. @see https://developers.google.com/speed/webp/docs/riff_container */
function addWebpExif(webp: Buffer, exif: Buffer, size: Size): Buffer {
  const chunks = webp.subarray(WEBP_HEADER_BYTES);
  const isExtended = chunks.toString('latin1', 0, 4) === 'VP8X';
  const features = isExtended
    ? Buffer.from(chunks.subarray(0, WEBP_CHUNK_HEADER_BYTES + VP8X_BYTES))
    : webpChunk('VP8X', webpFeatures(size));
  features[WEBP_CHUNK_HEADER_BYTES] = (features[WEBP_CHUNK_HEADER_BYTES] ?? 0) | WEBP_HAS_EXIF;
  const rest = isExtended ? chunks.subarray(features.length) : chunks;
  const body = Buffer.concat([Buffer.from('WEBP'), features, rest, webpChunk('EXIF', exif)]);
  return webpChunk('RIFF', body);
}

/** The features of a still picture without alpha: its size alone, less one. */
function webpFeatures({ widthPx, heightPx }: Size): Buffer {
  const features = Buffer.alloc(VP8X_BYTES);
  features.writeUIntLE(widthPx - 1, 4, 3);
  features.writeUIntLE(heightPx - 1, 7, 3);
  return features;
}

/** A chunk, padded to an even length. */
function webpChunk(type: string, data: Buffer): Buffer {
  const header = Buffer.alloc(WEBP_CHUNK_HEADER_BYTES);
  header.write(type, 'latin1');
  header.writeUInt32LE(data.length, 4);
  return Buffer.concat([header, data, Buffer.alloc(data.length % 2)]);
}
