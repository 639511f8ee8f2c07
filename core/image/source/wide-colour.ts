import type { Pixels } from '../pixels.ts';
import { colorants, inverse, type Matrix, product } from './colorants.ts';
import { SRGB_PRIMARIES } from './colour-space.ts';
import type { Samples } from './flatten.ts';
import { greyCurve, type MatrixProfile, matrixProfile } from './icc.ts';
import { levels, MOST, step } from './srgb-levels.ts';
import type { ToneCurve } from './tone-curve.ts';

const RGB = 3;
const VALUES = MOST + 1;

/** Samples of 16 bits. */
export type WideSamples = Samples & { data: Uint16Array };

/** Converts samples of 16 bits to 8-bit sRGB over the background, `#rrggbb`. */
export type WideConverter = (samples: WideSamples, background: string) => Pixels;

/**
 * How to convert samples of 16 bits by a profile of curves, with a matrix or for grey; undefined for other profiles.
 * sharp goes by way of Display P3, which costs up to 8 levels at the edge of sRGB, and leaves out profiles for grey.
 */
export function wideConverter(icc: Buffer, space: 'rgb16' | 'grey16'): WideConverter | undefined {
  if (space === 'grey16') {
    const curve = greyCurve(icc);
    return curve && ((samples, background) => fromGrey(samples, tableOf(curve), background));
  }
  const profile = matrixProfile(icc);
  if (profile === undefined) return undefined;
  const toSrgb = product(inverse(colorants(SRGB_PRIMARIES)), profile.toXyz);
  return (samples, background) => fromRgb(samples, tablesOf(profile.curves), toSrgb, background);
}

/** Linear light of each value. */
function tableOf(curve: ToneCurve): Float32Array {
  return Float32Array.from({ length: VALUES }, (_, value) => curve(value / MOST));
}

/** Most profiles have one curve for all colours. */
function tablesOf([red, green, blue]: MatrixProfile['curves']): [Float32Array, Float32Array, Float32Array] {
  const first = tableOf(red);
  return [first, green === red ? first : tableOf(green), blue === red ? first : tableOf(blue)];
}

function fromGrey(
  { data, channels, widthPx, heightPx }: WideSamples,
  table: Float32Array,
  background: string,
): Pixels {
  const encode = levels();
  const canvas = Buffer.from(background.slice(1), 'hex');
  const flat = Buffer.allocUnsafeSlow(RGB * widthPx * heightPx);
  for (let from = 0, to = 0; to < flat.length; from += channels, to += RGB) {
    const level = encode[step(table[data[from] as number] as number)] as number;
    const alpha = channels === 1 ? 1 : (data[from + 1] as number) / MOST;
    for (let channel = 0; channel < RGB; channel += 1) {
      flat[to + channel] = level * alpha + (canvas[channel] as number) * (1 - alpha) + 0.5;
    }
  }
  return { data: flat, widthPx, heightPx };
}

function fromRgb(
  { data, channels, widthPx, heightPx }: WideSamples,
  [reds, greens, blues]: readonly [Float32Array, Float32Array, Float32Array],
  [[rr, rg, rb], [gr, gg, gb], [br, bg, bb]]: Matrix,
  background: string,
): Pixels {
  const encode = levels();
  const [red = 0, green = 0, blue = 0] = Buffer.from(background.slice(1), 'hex');
  const flat = Buffer.allocUnsafeSlow(RGB * widthPx * heightPx);
  for (let from = 0, to = 0; to < flat.length; from += channels, to += RGB) {
    const r = reds[data[from] as number] as number;
    const g = greens[data[from + 1] as number] as number;
    const b = blues[data[from + 2] as number] as number;
    const alpha = channels === RGB ? 1 : (data[from + RGB] as number) / MOST;
    const rest = 1 - alpha;
    flat[to] = (encode[step(rr * r + rg * g + rb * b)] as number) * alpha + red * rest + 0.5;
    flat[to + 1] = (encode[step(gr * r + gg * g + gb * b)] as number) * alpha + green * rest + 0.5;
    flat[to + 2] = (encode[step(br * r + bg * g + bb * b)] as number) * alpha + blue * rest + 0.5;
  }
  return { data: flat, widthPx, heightPx };
}
