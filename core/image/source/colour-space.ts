type Chromaticity = readonly [x: number, y: number];

/** The colours of full red, green and blue, and of white. */
export interface Primaries {
  red: Chromaticity;
  green: Chromaticity;
  blue: Chromaticity;
  white: Chromaticity;
}

/** From a stored value 0..1 to linear light: (a·v + b)^gamma from v = d on, and c·v below. */
export interface Transfer {
  gamma: number;
  a: number;
  b: number;
  c: number;
  d: number;
}

/** How a picture of high dynamic range is coded. */
export type HdrTransfer = 'PQ' | 'HLG';

/** A colour space of high dynamic range, which has to be tone-mapped. */
export interface HdrSpace {
  primaries: Primaries;
  hdr: HdrTransfer;
}

/** A colour space that a file states by numbers, without a profile. */
export interface ColourSpace {
  primaries: Primaries;
  transfer: Transfer;
}

const D65: Chromaticity = [0.3127, 0.329];
const C: Chromaticity = [0.31, 0.316];

export const SRGB_PRIMARIES: Primaries = {
  red: [0.64, 0.33],
  green: [0.3, 0.6],
  blue: [0.15, 0.06],
  white: D65,
};

/** IEC 61966-2-1 */
export const SRGB_TRANSFER: Transfer = {
  gamma: 2.4,
  a: 1 / 1.055,
  b: 0.055 / 1.055,
  c: 1 / 12.92,
  d: 0.04045,
};

/** BT.709, BT.601 and BT.2020 */
const BT709_TRANSFER: Transfer = { gamma: 1 / 0.45, a: 1 / 1.099, b: 0.099 / 1.099, c: 1 / 4.5, d: 0.081 };
const SMPTE240_TRANSFER: Transfer = {
  gamma: 1 / 0.45,
  a: 1 / 1.1115,
  b: 0.1115 / 1.1115,
  c: 1 / 4,
  d: 0.0912,
};

/** A power of the stored value. */
export function powerOf(gamma: number): Transfer {
  return { gamma, a: 1, b: 0, c: 0, d: 0 };
}

const SMPTE170: Primaries = { red: [0.63, 0.34], green: [0.31, 0.595], blue: [0.155, 0.07], white: D65 };

const BT2020_PRIMARIES: Primaries = {
  red: [0.708, 0.292],
  green: [0.17, 0.797],
  blue: [0.131, 0.046],
  white: D65,
};

const UNSPECIFIED = 2;

/** By code point; 2 says that the file does not state any. @see ITU-T H.273, table 2 */
const PRIMARIES: Readonly<Record<number, Primaries>> = {
  1: SRGB_PRIMARIES,
  [UNSPECIFIED]: SRGB_PRIMARIES,
  4: { red: [0.67, 0.33], green: [0.21, 0.71], blue: [0.14, 0.08], white: C },
  5: { red: [0.64, 0.33], green: [0.29, 0.6], blue: [0.15, 0.06], white: D65 },
  6: SMPTE170,
  7: SMPTE170,
  8: { red: [0.681, 0.319], green: [0.243, 0.692], blue: [0.145, 0.049], white: C },
  9: BT2020_PRIMARIES,
  11: { red: [0.68, 0.32], green: [0.265, 0.69], blue: [0.15, 0.06], white: [0.314, 0.351] },
  12: { red: [0.68, 0.32], green: [0.265, 0.69], blue: [0.15, 0.06], white: D65 },
  22: { red: [0.63, 0.34], green: [0.295, 0.605], blue: [0.155, 0.077], white: D65 },
};

/** By code point. @see ITU-T H.273, table 3 */
const TRANSFERS: Readonly<Record<number, Transfer>> = {
  1: BT709_TRANSFER,
  2: SRGB_TRANSFER,
  4: powerOf(2.2),
  5: powerOf(2.8),
  6: BT709_TRANSFER,
  7: SMPTE240_TRANSFER,
  8: powerOf(1),
  13: SRGB_TRANSFER,
  14: BT709_TRANSFER,
  15: BT709_TRANSFER,
};

const HDR_TRANSFERS: Readonly<Record<number, HdrTransfer>> = { 16: 'PQ', 18: 'HLG' };

/** The colour space of a file by its code points, or why it has none that we convert. */
export function codedSpace(
  primaries: number,
  transfer: number,
): ColourSpace | HdrSpace | { received: string } {
  const space = { primaries: PRIMARIES[primaries], transfer: TRANSFERS[transfer] };
  const hdr = HDR_TRANSFERS[transfer];
  // Such pictures are of BT.2020 where they do not say.
  if (hdr !== undefined && primaries === UNSPECIFIED) return { primaries: BT2020_PRIMARIES, hdr };
  if (hdr !== undefined && space.primaries !== undefined) return { primaries: space.primaries, hdr };
  if (space.primaries === undefined || space.transfer === undefined) {
    return { received: `a picture in colours of an unusual kind (code points ${primaries} and ${transfer})` };
  }
  return { primaries: space.primaries, transfer: space.transfer };
}
