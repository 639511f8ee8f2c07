import type { LossyFormat } from '../../recipe.ts';
import type { Chroma, Encoding } from '../types.ts';
import type { EncodingTarget } from './encoding-target.ts';

/**
 * A way to write a picture, and what is typical of it. The numbers are medians of the 70 pictures of bench/targets
 * at 256 px. A search starts from them, and corrects them by what it measures.
 */
export interface EncodingVariant extends Omit<Encoding, 'quality'> {
  format: LossyFormat;
  chroma: Chroma;
  /** ln of its size over that of the first variant, where both just reach a target. */
  relativeSize: number;
  /** How far its size may be below that on pictures that suit it. */
  luck: number;
  /** No file of the variant is smaller, since its headers alone take that. */
  leastBytes: number;
  /** −ln of its loss at fineness 0. */
  strictness: Readonly<Record<EncodingTarget['measure'], number>>;
}

/** Those of a format are together, its most promising one first. AVIF comes last, as it takes longest. */
export const ENCODING_VARIANTS: readonly EncodingVariant[] = [
  {
    ...{ format: 'jpeg', mozjpeg: true, chroma: '4:2:0', relativeSize: 0, luck: 0, leastBytes: 321 },
    strictness: { ssimulacra2: -0.95, ssim: 7.05 },
  },
  {
    ...{ format: 'jpeg', mozjpeg: true, chroma: '4:4:4', relativeSize: 0.04, luck: 0, leastBytes: 321 },
    strictness: { ssimulacra2: -0.8, ssim: 7.05 },
  },
  {
    ...{ format: 'jpeg', mozjpeg: false, chroma: '4:2:0', relativeSize: 0.09, luck: 0, leastBytes: 265 },
    strictness: { ssimulacra2: -0.88, ssim: 7.35 },
  },
  {
    ...{ format: 'jpeg', mozjpeg: false, chroma: '4:4:4', relativeSize: 0.09, luck: 0, leastBytes: 265 },
    strictness: { ssimulacra2: -0.7, ssim: 7.35 },
  },
  {
    ...{ format: 'webp', mozjpeg: false, chroma: '4:2:0', relativeSize: -0.12, luck: 0.3, leastBytes: 44 },
    strictness: { ssimulacra2: -0.63, ssim: 7.85 },
  },
  {
    ...{ format: 'avif', mozjpeg: false, chroma: '4:4:4', relativeSize: -0.42, luck: 0.8, leastBytes: 279 },
    strictness: { ssimulacra2: -4.6, ssim: 1.7 },
  },
];

/**
 * How finely a format holds detail at a quality, on a scale on which the margin of SSIMULACRA2 grows about as much as
 * the fineness. For JPEG it follows from the scale of libjpeg's quantisation tables.
 */
const FINENESS: Readonly<Record<LossyFormat, (quality: number) => number>> = {
  jpeg: (quality) => -0.6 * Math.log(quality < 50 ? 5000 / quality : Math.max(200 - 2 * quality, 1)),
  webp: (quality) => -0.75 * Math.log(110 - quality),
  avif: (quality) => quality / 38,
};

export function finenessOf(format: LossyFormat, quality: number): number {
  return FINENESS[format](quality);
}

/** The lowest of some qualities that is as fine, or the highest of them. */
export function qualityAt(format: LossyFormat, fineness: number, lowest: number, highest: number): number {
  for (let quality = lowest; quality < highest; quality++) {
    if (finenessOf(format, quality) >= fineness) return quality;
  }
  return highest;
}
