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

function isNear(tag: Buffer | undefined, xyz: readonly number[]): boolean {
  if (tag === undefined || tag.length < 20) return false;
  return xyz.every((value, index) => Math.abs(fixed(tag, 8 + 4 * index) - value) <= COLORANT_TOLERANCE);
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

/** The tone curve from 0..1 to 0..1 linear light, for the kinds that sRGB profiles use. */
function readCurve(tag: Buffer): ((value: number) => number) | undefined {
  const type = tag.toString('latin1', 0, 4);
  if (type === 'curv' && tag.length >= 12) {
    const count = tag.readUInt32BE(8);
    if (count >= 2 && tag.length >= 12 + 2 * count) return (value) => interpolate(tag, count, value);
  }
  // Parametric curve of kind 3: Y = (aX + b)^g from X = d on, cX below.
  if (type === 'para' && tag.length >= 32 && tag.readUInt16BE(8) === 3) {
    const [g, a, b, c, d] = [12, 16, 20, 24, 28].map((at) => fixed(tag, at)) as [
      number,
      number,
      number,
      number,
      number,
    ];
    return (value) => (value >= d ? (a * value + b) ** g : c * value);
  }
  return undefined;
}

function interpolate(tag: Buffer, count: number, value: number): number {
  const position = value * (count - 1);
  const index = Math.min(Math.floor(position), count - 2);
  const low = tag.readUInt16BE(12 + 2 * index);
  const high = tag.readUInt16BE(14 + 2 * index);
  return (low + (high - low) * (position - index)) / 65535;
}

function encodeSrgb(linear: number): number {
  return linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055;
}

/** s15Fixed16Number */
function fixed(tag: Buffer, at: number): number {
  return tag.readInt32BE(at) / 65536;
}
