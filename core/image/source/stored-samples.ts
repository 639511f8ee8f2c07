import type { Metadata } from 'sharp';
import type { SourceColour } from './colour.ts';
import { HEIC_PROCESS_BYTES } from './heic-decoder.ts';
import type { SourceFormat } from './source-format.ts';
import { channelsOf, needsPickedChannels } from './tiff-channels.ts';
import { readTiffPage } from './tiff-page.ts';
import { segmentsOf } from './tiff-segments.ts';

/** How the samples of an image are stored, as its header says. */
export interface StoredSamples {
  /** Samples of a pixel, alpha among them. */
  channels: number;
  bytesPerSample: 1 | 2;
  /** Bits of a sample that the file holds. libvips hands out samples of 9 to 15 bits as the upper bits of 16. */
  bits: number;
  hasAlpha: boolean;
  /** Progressive JPEG, interlaced PNG: the whole picture comes in several passes. */
  isProgressive: boolean;
  /** Samples of a pixel on average, where colours have a lower resolution than brightness. */
  averageChannels: number;
  /** Bytes of samples that we pick from before libvips decodes, and of the largest strip or row of tiles, in a TIFF; or of the process that decodes a HEIC. */
  extraBytes: number;
  /** Whether a profile of 16-bit colours is converted by us. */
  isWide: boolean;
  /** Whether the picture is tone-mapped after decoding. */
  isHdr?: boolean;
}

/** Samples of a pixel on average by the subsampling of a JPEG, as sharp names it; CMYK is never told apart. */
const AVERAGE_CHANNELS: Readonly<Record<string, number>> = { '4:2:0': 1.5, '4:2:2': 2, '4:4:4': 3 };

export function storedSamples(
  bytes: Buffer,
  format: SourceFormat,
  metadata: Metadata,
  { profile, icc, hdr }: SourceColour,
): StoredSamples {
  const { channels, depth, hasAlpha, isProgressive, chromaSubsampling = '', space } = metadata;
  const bytesPerSample = depth === 'ushort' ? 2 : 1;
  const average = channels === 3 ? AVERAGE_CHANNELS[chromaSubsampling] : undefined;
  return {
    channels,
    bytesPerSample,
    bits: metadata.bitsPerSample ?? 8 * bytesPerSample,
    // libvips hands out RGBA for every GIF and for most WebPs.
    hasAlpha: hasAlpha || format === 'gif',
    isProgressive,
    averageChannels: average ?? channels,
    extraBytes: format === 'tiff' ? tiffBytes(bytes) : format === 'heic' ? HEIC_PROCESS_BYTES : 0,
    isWide:
      profile === 'other' &&
      (icc !== undefined || hdr !== undefined) &&
      (space === 'rgb16' || space === 'grey16'),
    isHdr: hdr !== undefined,
  };
}

/** What reading a TIFF takes beside its pixels: a strip or a row of tiles, and all samples where we pick from them. */
function tiffBytes(bytes: Buffer): number {
  const page = readTiffPage(bytes);
  if (page === undefined) return 0;
  const { widthPx, heightPx, samples, bits } = page;
  const rowBytes = Math.ceil((widthPx * samples * (bits[0] ?? 8)) / 8);
  const segmentRows = segmentsOf(page).heightPx;
  // The samples as stored, those that are picked, and the plain TIFF that is made of them.
  const channels = channelsOf(page);
  const copies = channels !== undefined && needsPickedChannels(page, channels) ? 3 : 0;
  return rowBytes * (2 * Math.min(segmentRows, heightPx) + copies * heightPx);
}
