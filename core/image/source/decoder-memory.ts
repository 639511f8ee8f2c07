import type { Size } from '../geometry.ts';
import type { ImageInfo } from '../types.ts';
import type { StoredSamples } from './stored-samples.ts';

interface Decoded {
  info: Pick<ImageInfo, 'format' | 'bytes'>;
  stored: Size;
  samples: StoredSamples;
}

/** Bytes of a quantised coefficient in libjpeg. */
const COEFFICIENT_BYTES = 2;

/**
 * Bytes per pixel that a decoder holds beside the pixels it hands out. libvips reads most files line by line, and holds
 * nothing. A decoder of several passes holds the whole picture.
 */
const DECODER_BYTES: Readonly<Record<ImageInfo['format'], (samples: StoredSamples) => number>> = {
  jpeg: ({ isProgressive, averageChannels }) =>
    isProgressive ? COEFFICIENT_BYTES * averageChannels + 0.5 : 0,
  png: ({ isProgressive, channels, bytesPerSample }) => (isProgressive ? channels * bytesPerSample : 0),
  // The whole picture as RGBA, and for each of its lossless or animated forms as much again.
  webp: () => 9,
  // The canvas as RGBA, and what lies below a frame.
  gif: () => 5,
  tiff: () => 0,
  // YUV of up to 16 bits in dav1d and in libheif, and RGB made of it. Wide colours go by way of a TIFF.
  avif: ({ channels, isWide }) => 4 * channels + (isWide ? 6 : 4),
  // The same in the other process; here, the samples and the plain TIFF of them.
  heic: ({ channels, bytesPerSample }) => 4 * channels * bytesPerSample + 4,
};

/** Bytes that decoding takes at its peak: decoder, samples, and the pixels that are made of them. */
export function decoderBytes({ info, stored, samples }: Decoded): number {
  const pixels = stored.widthPx * stored.heightPx;
  const flat = samples.hasAlpha ? 4 : 3;
  // A grey picture of high dynamic range is handed out in colour.
  const wideChannels = samples.isHdr ? flat : samples.channels;
  const handedOut = samples.isWide ? 2 * wideChannels : flat;
  // Alpha is applied after decoding, and wide samples are converted then, when the decoder is gone.
  const decoding = DECODER_BYTES[info.format](samples) + handedOut;
  const finishing = samples.isWide || samples.isHdr || samples.hasAlpha ? handedOut + flat : 0;
  return Math.max(decoding, finishing) * pixels + samples.extraBytes;
}
