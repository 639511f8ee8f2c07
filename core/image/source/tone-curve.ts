/** From a stored value to linear light, both 0..1. */
export type ToneCurve = (value: number) => number;

/** The curve of a profile's tag; undefined where it is of no kind that profiles of matrices use. @see ICC.1:2022, 10.6 and 10.18 */
export function readCurve(tag: Buffer): ToneCurve | undefined {
  const type = tag.toString('latin1', 0, 4);
  if (tag.length < 12) return undefined;
  if (type === 'curv') return sampledCurve(tag);
  return type === 'para' ? parametricCurve(tag) : undefined;
}

/** sRGB's own curve, back from linear light. @see IEC 61966-2-1 */
export function encodeSrgb(linear: number): number {
  return linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055;
}

/** s15Fixed16Number */
export function fixed(tag: Buffer, at: number): number {
  return tag.readInt32BE(at) / 65_536;
}

/** Points of the curve; one number is an exponent, none is a straight line. */
function sampledCurve(tag: Buffer): ToneCurve | undefined {
  const count = tag.readUInt32BE(8);
  if (count === 0) return (value) => value;
  if (tag.length < 12 + 2 * count) return undefined;
  if (count === 1) {
    const gamma = tag.readUInt16BE(12) / 256;
    return (value) => value ** gamma;
  }
  return (value) => {
    const position = value * (count - 1);
    const index = Math.min(Math.floor(position), count - 2);
    const low = tag.readUInt16BE(12 + 2 * index);
    const high = tag.readUInt16BE(14 + 2 * index);
    return (low + (high - low) * (position - index)) / 65_535;
  };
}

/** How many parameters each kind has. */
const PARAMETERS = [1, 3, 4, 5, 7];

function parametricCurve(tag: Buffer): ToneCurve | undefined {
  const kind = tag.readUInt16BE(8);
  const count = PARAMETERS[kind];
  if (count === undefined || tag.length < 12 + 4 * count) return undefined;
  const stated = Array.from({ length: count }, (_, index) => fixed(tag, 12 + 4 * index));
  const [g = 1, a = 1, b = 0, c = 0, d = 0, e = 0, f = 0] = stated;
  if (kind === 0) return (value) => value ** g;
  // Kinds 1 and 2 are a power from -b / a on, and flat below; kind 2 lies higher by c.
  if (kind <= 2) return (value) => (value >= -b / a ? (a * value + b) ** g : 0) + c;
  return (value) => (value >= d ? (a * value + b) ** g + e : c * value + f);
}
