import type { Metadata } from 'sharp';
import { readAvif } from './avif-boxes.ts';
import { type ColourSpace, codedSpace, type HdrSpace } from './colour-space.ts';
import { isSrgbProfile } from './icc.ts';
import { iccProfile } from './icc-writer.ts';
import { isGreyPng, pngColour } from './png-colour.ts';
import type { SourceFormat } from './source-format.ts';
import { unsupportedFormat } from './unsupported-format.ts';

/** The colours that the samples of a file are in. */
export interface SourceColour {
  /** The profile, embedded or stated; one that says sRGB needs no conversion. */
  profile: 'none' | 'srgb' | 'other';
  /** The profile that must be converted from, where it is not sRGB. */
  icc: Buffer | undefined;
  /** Whether the profile is made of what the file states by numbers, and not embedded. */
  isProfileStated: boolean;
  /** Of a picture of high dynamic range: how it is coded. It has no profile then, and is tone-mapped. */
  hdr?: HdrSpace;
}

const ADVICE = 'Export it for standard dynamic range (SDR), in sRGB, and upload that.';

/**
 * What a file declares of its colours: by numbers, which count in PNG's order and for AVIF and HEIC without a profile, or by its
 * profile.
 *
 * @throws PermanentError `UNSUPPORTED_FORMAT` for colours that we do not convert
 */
export function sourceColour(bytes: Buffer, format: SourceFormat, { icc }: Metadata): SourceColour {
  const stated = statedColour(bytes, format);
  if (stated === undefined) {
    if (icc === undefined) return { profile: 'none', icc: undefined, isProfileStated: false };
    const isSrgb = isSrgbProfile(icc);
    return { profile: isSrgb ? 'srgb' : 'other', icc: isSrgb ? undefined : icc, isProfileStated: false };
  }
  if ('received' in stated) throw unsupportedFormat({ received: stated.received, advice: ADVICE });
  if ('hdr' in stated) return { profile: 'other', icc: undefined, isProfileStated: true, hdr: stated };
  if (isSrgbProfile(iccProfile(stated, false)))
    return { profile: 'srgb', icc: undefined, isProfileStated: true };
  const isGrey = format === 'png' && isGreyPng(bytes);
  return { profile: 'other', icc: iccProfile(stated, isGrey), isProfileStated: true };
}

/** BT.2020 with constant luminance, SMPTE ST 2085, chromaticity-derived with constant luminance, ICtCp: libheif takes others for them. */
const UNKNOWN_MATRICES = [10, 11, 13, 14];

function statedColour(
  bytes: Buffer,
  format: SourceFormat,
): ColourSpace | HdrSpace | { received: string } | undefined {
  if (format === 'png') return pngColour(bytes);
  const codes = format === 'avif' || format === 'heic' ? readAvif(bytes).codes : undefined;
  if (codes === undefined) return undefined;
  if (UNKNOWN_MATRICES.includes(codes.matrix)) {
    return { received: `a picture whose colours are mixed in an unusual way (matrix ${codes.matrix})` };
  }
  return codedSpace(codes.primaries, codes.transfer);
}
