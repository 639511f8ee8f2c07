import type { Pixels } from '../pixels.ts';

/** Replaces each pixel by its grey, as ImageOps.grayscale does. */
export function grayscale(pixels: Pixels): Pixels {
  return mapColours(pixels, (red, green, blue, into, at) => {
    into.fill(greyOf(red, green, blue), at, at + 3);
  });
}

/**
 * Grey as in Pillow's mode L: ITU-R BT.601 weights in 16-bit fixed point, rounded to 0..255.
 *
 * @see https://pillow.readthedocs.io/en/stable/reference/Image.html#PIL.Image.Image.convert
 */
export function greyOf(red: number, green: number, blue: number): number {
  return (19595 * red + 38470 * green + 7471 * blue + 0x8000) >> 16;
}

/**
 * The `sepia(100%)` of CSS, on sRGB values, clipped to 0..255 and rounded.
 *
 * @see https://www.w3.org/TR/filter-effects-1/#sepiaEquivalent
 */
export function sepia(pixels: Pixels): Pixels {
  return mapColours(pixels, (red, green, blue, into, at) => {
    into[at] = Math.min(0.393 * red + 0.769 * green + 0.189 * blue + 0.5, 255);
    into[at + 1] = Math.min(0.349 * red + 0.686 * green + 0.168 * blue + 0.5, 255);
    into[at + 2] = Math.min(0.272 * red + 0.534 * green + 0.131 * blue + 0.5, 255);
  });
}

/** The darkest and the lightest sample of each channel. */
export type Extremes = readonly { low: number; high: number }[];

/**
 * Stretches each channel so that its darkest visible sample becomes 0 and its lightest 255.
 *
 * @param extremes of all frames of an animation; those of the pixels by default
 */
export function autocontrast(pixels: Pixels, extremes: Extremes = extremesOf(pixels)): Pixels {
  const data = new Uint8Array(pixels.data);
  for (const [channel, { low, high }] of extremes.entries()) {
    if (high <= low) continue;
    const scale = 255 / (high - low);
    const offset = -low * scale;
    const table = Uint8Array.from({ length: 256 }, (_, sample) => sample * scale + offset);
    for (let i = channel; i < data.length; i += 3) data[i] = table[data[i] ?? 0] ?? 0;
  }
  return { ...pixels, data };
}

/**
 * The extremes of the visible samples; low above high where nothing is visible. Pixels less than half as opaque as the
 * most opaque one do not count: at the edges of a cut-out, colours behind little opacity are far from exact.
 */
export function extremesOf({ data, alpha }: Pixels): Extremes {
  const least = Math.max(1, (alpha?.reduce((most, opacity) => Math.max(most, opacity), 0) ?? 0) / 2);
  return [0, 1, 2].map((channel) => {
    let [low, high] = [255, 0];
    for (let i = channel, pixel = 0; i < data.length; i += 3, pixel++) {
      if (alpha !== undefined && (alpha[pixel] ?? 0) < least) continue;
      const sample = data[i] ?? 0;
      if (sample < low) low = sample;
      if (sample > high) high = sample;
    }
    return { low, high };
  });
}

export function widerExtremes(a: Extremes, b: Extremes): Extremes {
  return a.map(({ low, high }, channel) => ({
    low: Math.min(low, b[channel]?.low ?? low),
    high: Math.max(high, b[channel]?.high ?? high),
  }));
}

type ColourMap = (red: number, green: number, blue: number, into: Uint8Array, at: number) => void;

function mapColours(pixels: Pixels, map: ColourMap): Pixels {
  const data = new Uint8Array(pixels.data.length);
  for (let i = 0; i < data.length; i += 3) {
    map(pixels.data[i] ?? 0, pixels.data[i + 1] ?? 0, pixels.data[i + 2] ?? 0, data, i);
  }
  return { ...pixels, data };
}
