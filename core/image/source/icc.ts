import { type Matrix, transposed, type Vector } from './colorants.ts';
import { encodeSrgb, fixed, readCurve, type ToneCurve } from './tone-curve.ts';

/** Colorants of sRGB as an ICC profile states them, adapted to D50. @see IEC 61966-2-1 and ICC.1, annex E */
const SRGB_COLORANTS = {
  rXYZ: [0.4361, 0.2225, 0.0139],
  gXYZ: [0.3851, 0.7169, 0.0971],
  bXYZ: [0.1431, 0.0606, 0.7141],
} as const;

/** How far a colorant may be off: profiles in use differ by roundings of about 0.0003; Display P3 is off by 0.08. */
const COLORANT_TOLERANCE = 0.002;

/** How far a tone curve may be off, in levels of 8 bits. */
const CURVE_TOLERANCE_LEVELS = 0.5;

/**
 * Whether a profile says nothing but sRGB: its colorants and curves, not its name. Most photos carry such a
 * profile, and converting them would cost as much as decoding a PNG and change nothing.
 */
export function isSrgbProfile(profile: Buffer): boolean {
  const tags = readTags(profile);
  const space = profile.toString('latin1', 16, 24);
  // A lookup table would take precedence over the matrix.
  if (space !== 'RGB XYZ ' || tags.has('A2B0')) return false;
  const colorants = Object.entries(SRGB_COLORANTS).every(([name, xyz]) => isNear(tags.get(name), xyz));
  return colorants && ['rTRC', 'gTRC', 'bTRC'].every((name) => isSrgbCurve(tags.get(name)));
}

function readTags(profile: Buffer): Map<string, Buffer> {
  const tags = new Map<string, Buffer>();
  if (profile.length < 132) return tags;
  const end = Math.min(132 + 12 * profile.readUInt32BE(128), profile.length - 11);
  for (let at = 132; at < end; at += 12) {
    const start = profile.readUInt32BE(at + 4);
    tags.set(
      profile.toString('latin1', at, at + 4),
      profile.subarray(start, start + profile.readUInt32BE(at + 8)),
    );
  }
  return tags;
}

/** A profile of three curves, and a matrix from linear light to XYZ (D50). */
export interface MatrixProfile {
  /** Of red, green and blue; the same object where they are alike. */
  curves: readonly [ToneCurve, ToneCurve, ToneCurve];
  toXyz: Matrix;
}

/** The curves and the matrix of a profile; undefined where it is of another kind. */
export function matrixProfile(profile: Buffer): MatrixProfile | undefined {
  const tags = readTags(profile);
  if (profile.toString('latin1', 16, 24) !== 'RGB XYZ ' || tags.has('A2B0')) return undefined;
  const curves = readCurves(tags);
  const [red, green, blue] = ['rXYZ', 'gXYZ', 'bXYZ'].map((name) => readXyz(tags.get(name)));
  if (curves === undefined || red === undefined || green === undefined || blue === undefined)
    return undefined;
  return { curves, toXyz: transposed([red, green, blue]) };
}

function readCurves(tags: ReadonlyMap<string, Buffer>): MatrixProfile['curves'] | undefined {
  const [redTag, greenTag, blueTag] = ['rTRC', 'gTRC', 'bTRC'].map((name) => tags.get(name));
  if (redTag === undefined || greenTag === undefined || blueTag === undefined) return undefined;
  const red = readCurve(redTag);
  const green = greenTag.equals(redTag) ? red : readCurve(greenTag);
  const blue = blueTag.equals(redTag) ? red : readCurve(blueTag);
  return red && green && blue && [red, green, blue];
}

/** The curve from 0..1 to linear light of a profile for grey; undefined where it is of a kind that we don't read. */
export function greyCurve(profile: Buffer): ToneCurve | undefined {
  const curve = readTags(profile).get('kTRC');
  const isGrey = profile.toString('latin1', 16, 24) === 'GRAYXYZ ';
  return isGrey && curve !== undefined ? readCurve(curve) : undefined;
}

function isNear(tag: Buffer | undefined, xyz: readonly number[]): boolean {
  const stated = readXyz(tag);
  return xyz.every((value, index) => Math.abs((stated?.[index] ?? Infinity) - value) <= COLORANT_TOLERANCE);
}

function readXyz(tag: Buffer | undefined): Vector | undefined {
  return tag === undefined || tag.length < 20 ? undefined : [fixed(tag, 8), fixed(tag, 12), fixed(tag, 16)];
}

function isSrgbCurve(tag: Buffer | undefined): boolean {
  const curve = tag === undefined ? undefined : readCurve(tag);
  if (curve === undefined) return false;
  for (let level = 0; level < 256; level += 1) {
    const encoded = 255 * encodeSrgb(curve(level / 255));
    if (!(Math.abs(encoded - level) <= CURVE_TOLERANCE_LEVELS)) return false;
  }
  return true;
}
