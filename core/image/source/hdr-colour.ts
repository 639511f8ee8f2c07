import type { Pixels } from '../pixels.ts';
import { colorants, inverse, luminances, product } from './colorants.ts';
import { type HdrSpace, SRGB_PRIMARIES } from './colour-space.ts';
import type { Samples } from './flatten.ts';
import { levels, MOST, step } from './srgb-levels.ts';
import { HLG_GAMMA, hdrLight, REFERENCE_WHITE, SOURCE_PEAK, toneScales } from './tone-mapping.ts';

const RGB = 3;

/** The warning of a picture that was tone-mapped. */
export function toneMappingWarning({ hdr }: HdrSpace): string {
  return `an HDR picture in ${hdr}: its brightness was mapped to standard range (BT.2390, ${SOURCE_PEAK} to ${REFERENCE_WHITE} cd/m²)`;
}

/**
 * Converts a picture of high dynamic range to 8-bit sRGB over the background. The brightest of red, green and blue decides
 * how much a pixel is darkened, so that its hue stays. Colours that sRGB lacks are clipped in linear light.
 *
 * @param samples RGB or RGBA in the colours of the file
 * @param most the value of full light: 255, or 65,535, or less where the file has fewer than 16 bits
 * @param background `#rrggbb`
 * @see docs/adr/0012-tone-mapping.md
 */
export function toneMapped(samples: Samples, most: number, space: HdrSpace, background: string): Pixels {
  const { data, channels, widthPx, heightPx } = samples;
  const [[rr, rg, rb], [gr, gg, gb], [br, bg, bb]] = product(
    inverse(colorants(SRGB_PRIMARIES)),
    colorants(space.primaries),
  );
  const light = lightTable(space, most);
  const ootf = space.hdr === 'HLG' ? ootfTable() : undefined;
  const [lumaRed, lumaGreen, lumaBlue] = luminances(space.primaries);
  const [scales, encode] = [toneScales(), levels()];
  const [red = 0, green = 0, blue = 0] = Buffer.from(background.slice(1), 'hex');
  const flat = Buffer.allocUnsafeSlow(RGB * widthPx * heightPx);
  for (let from = 0, to = 0; to < flat.length; from += channels, to += RGB) {
    let r = light[data[from] as number] as number;
    let g = light[data[from + 1] as number] as number;
    let b = light[data[from + 2] as number] as number;
    let scale = ootf === undefined ? 1 : between(ootf, lumaRed * r + lumaGreen * g + lumaBlue * b);
    const brightest = Math.max(r, g, b) * scale;
    // What is brighter than the peak gets as bright as white.
    scale *= brightest > 1 ? 1 / brightest : between(scales, brightest);
    r *= scale;
    g *= scale;
    b *= scale;
    const alpha = channels === RGB ? 1 : (data[from + RGB] as number) / most;
    const rest = 1 - alpha;
    flat[to] = (encode[step(rr * r + rg * g + rb * b)] as number) * alpha + red * rest + 0.5;
    flat[to + 1] = (encode[step(gr * r + gg * g + gb * b)] as number) * alpha + green * rest + 0.5;
    flat[to + 2] = (encode[step(br * r + bg * g + bb * b)] as number) * alpha + blue * rest + 0.5;
  }
  return { data: flat, widthPx, heightPx };
}

/** The value of a table at a place 0..1. Without interpolation, some brighter values of HLG came out a level darker. */
function between(table: Float32Array, place: number): number {
  const at = place * MOST;
  const index = at >= MOST ? MOST - 1 : at | 0;
  const low = table[index] as number;
  return low + ((table[index + 1] as number) - low) * (at - index);
}

/** Light of each value; values that are more than full light have full light. */
function lightTable({ hdr }: HdrSpace, most: number): Float32Array {
  const values = most > 255 ? MOST + 1 : 256;
  return Float32Array.from({ length: values }, (_, value) => hdrLight(hdr, Math.min(value / most, 1)));
}

/** By steps of the luminance of a scene: from its light to that of a display. @see ITU-R BT.2100-2, table 5 */
function ootfTable(): Float32Array {
  return Float32Array.from({ length: MOST + 1 }, (_, index) => (index / MOST) ** (HLG_GAMMA - 1));
}
