import { type Pixels, release } from '../pixels.ts';

const RGB = 3;
const RGBA = 4;
const OPAQUE = 255;

/** Samples as sharp hands them out: interleaved, with opacity behind the colours or without. */
export interface Samples {
  data: Uint8Array | Uint16Array;
  channels: number;
  widthPx: number;
  heightPx: number;
}

/**
 * Lays RGBA over the background, and keeps its opacity. RGB is returned as it is. Colours are rounded, where libvips cuts
 * off, which makes half-transparent pixels 0.5 levels too dark. The samples are released.
 *
 * @param samples 8-bit sRGB
 * @param background `#rrggbb`
 */
export async function flatten(samples: Samples & { data: Uint8Array }, background: string): Promise<Pixels> {
  const { data, channels, widthPx, heightPx } = samples;
  if (channels === RGB) return { data, widthPx, heightPx };
  const [red = 0, green = 0, blue = 0] = Buffer.from(background.slice(1), 'hex');
  const flat = Buffer.allocUnsafeSlow(RGB * widthPx * heightPx);
  for (let from = 0, to = 0; to < flat.length; from += RGBA, to += RGB) {
    const opacity = data[from + RGB] as number;
    const rest = OPAQUE - opacity;
    flat[to] = byOpaque((data[from] as number) * opacity + red * rest);
    flat[to + 1] = byOpaque((data[from + 1] as number) * opacity + green * rest);
    flat[to + 2] = byOpaque((data[from + 2] as number) * opacity + blue * rest);
  }
  const flattened = withOpacity({ data: flat, widthPx, heightPx }, samples, OPAQUE);
  await release({ data, widthPx, heightPx });
  return flattened;
}

/**
 * Adds the opacity of samples to the pixels that were made of them, unless all of them are opaque.
 *
 * @param most the value of an opaque sample: 255 or 65,535
 */
export function withOpacity(pixels: Pixels, { data, channels }: Samples, most: number): Pixels {
  if (channels % 2 === 1) return pixels;
  const alpha = new Uint8Array(pixels.widthPx * pixels.heightPx);
  let isOpaque = true;
  for (let from = channels - 1, pixel = 0; pixel < alpha.length; from += channels, pixel++) {
    const opacity = data[from] as number;
    alpha[pixel] = Math.round((OPAQUE * opacity) / most);
    isOpaque &&= opacity === most;
  }
  return isOpaque ? pixels : { ...pixels, alpha };
}

/** Divides by 255, rounded: exact for the sums of products above, and in half the time of a division. */
function byOpaque(sum: number): number {
  const half = sum + 128;
  return (half + (half >> 8)) >> 8;
}
