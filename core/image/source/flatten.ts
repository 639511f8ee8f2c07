import { type Pixels, release } from '../pixels.ts';

const RGB = 3;
const RGBA = 4;
const OPAQUE = 255;
const HALF = 127;

/**
 * RGB as it is, and RGBA over the background: rounded, where libvips cuts off, which makes half-transparent pixels
 * 0.5 levels too dark. The samples are released.
 *
 * @param samples 8-bit sRGB, interleaved
 * @param background `#rrggbb`
 */
export async function flatten(samples: Pixels & { channels: number }, background: string): Promise<Pixels> {
  const { data, channels, widthPx, heightPx } = samples;
  if (channels === RGB) return { data, widthPx, heightPx };
  const [red = 0, green = 0, blue = 0] = Buffer.from(background.slice(1), 'hex');
  const flat = Buffer.allocUnsafeSlow(RGB * widthPx * heightPx);
  for (let from = 0, to = 0; to < flat.length; from += RGBA, to += RGB) {
    const alpha = data[from + RGB] as number;
    const rest = OPAQUE - alpha;
    flat[to] = ((data[from] as number) * alpha + red * rest + HALF) / OPAQUE;
    flat[to + 1] = ((data[from + 1] as number) * alpha + green * rest + HALF) / OPAQUE;
    flat[to + 2] = ((data[from + 2] as number) * alpha + blue * rest + HALF) / OPAQUE;
  }
  await release(samples);
  return { data: flat, widthPx, heightPx };
}
