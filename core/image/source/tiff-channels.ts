import { COMPRESSION, numbersOf, PHOTOMETRIC, TAG, type TiffPage } from './tiff-page.ts';

/** What the samples of a pixel are. */
export interface TiffChannels {
  /** How many samples at the start are colour. */
  colour: number;
  /** Which sample is the alpha channel; undefined where none is. */
  alpha: number | undefined;
  /** Whether the colours are multiplied by alpha already. */
  isPremultiplied: boolean;
}

/** Kinds of extra samples that are alpha; 0 is unspecified, which no viewer may take for alpha. @see TIFF 6.0, ExtraSamples */
const PREMULTIPLIED_ALPHA = 1;
const ALPHA = 2;

const COLOUR_SAMPLES: Readonly<Record<number, number>> = {
  [PHOTOMETRIC.whiteIsZero]: 1,
  [PHOTOMETRIC.blackIsZero]: 1,
  [PHOTOMETRIC.rgb]: 3,
  [PHOTOMETRIC.palette]: 1,
  [PHOTOMETRIC.separated]: 4,
  [PHOTOMETRIC.ycbcr]: 3,
};

/** The channels of a page; undefined where its colours are of no kind that we read. */
export function channelsOf(page: TiffPage): TiffChannels | undefined {
  const colour = COLOUR_SAMPLES[page.photometric];
  if (colour === undefined) return undefined;
  // A file that does not say what its extra samples are means alpha by the first.
  const kinds = numbersOf(page, TAG.extraSamples, page.samples > colour ? [ALPHA] : []);
  const index = kinds.findIndex((kind) => kind === ALPHA || kind === PREMULTIPLIED_ALPHA);
  const hasAlpha = index >= 0 && colour + index < page.samples && page.photometric !== PHOTOMETRIC.palette;
  return {
    colour,
    alpha: hasAlpha ? colour + index : undefined,
    isPremultiplied: kinds[index] === PREMULTIPLIED_ALPHA,
  };
}

/**
 * Whether libvips cannot read the channels right, so that we pick them ourselves: it takes any extra sample for alpha,
 * and applies several one after the other; it refuses planes in tiles; and alpha over 16-bit CMYK has no effect.
 */
export function needsPickedChannels(
  page: TiffPage,
  { colour, alpha, isPremultiplied }: TiffChannels,
): boolean {
  const extras = page.samples - colour;
  if (page.isPlanar && (extras > 0 || page.entries.has(TAG.tileOffsets))) return true;
  if (extras === 0) return false;
  const isWideOrPremultipliedCmyk = colour === 4 && (page.bits[0] === 16 || isPremultiplied);
  return extras > 1 || alpha === undefined || isWideOrPremultipliedCmyk;
}

/** Whether the samples of a page can be picked apart: each is of whole bytes, and no codec treats them as a group. */
export function canPickChannels(page: TiffPage): boolean {
  const isGroupedByCodec = page.compression === COMPRESSION.jpeg || page.compression === COMPRESSION.webp;
  return (page.bits[0] === 8 || page.bits[0] === 16) && (page.isPlanar || !isGroupedByCodec);
}
