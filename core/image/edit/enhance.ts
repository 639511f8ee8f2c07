import { ENHANCE_ORDER, type Enhance } from '../../recipe.ts';
import { layOut, type Workspace } from '../kernels/kernels.ts';
import type { Pixels } from '../pixels.ts';
import { greyOf } from './point-filters.ts';

type Part = 'first' | 'second' | 'third' | 'output';

/**
 * Applies sharpness, brightness, contrast and colour in this order, as Pillow's ImageEnhance does. Each step clips to
 * 0..255 and truncates to a whole number. The input stays unchanged, and is returned itself where every factor is 1.
 * The mean grey of contrast is that of the visible pixels.
 *
 * @param factors 0..3; 1 changes nothing
 * @param greys of all frames of an animation, before contrast; those of the pixels by default
 * @see https://pillow.readthedocs.io/en/stable/reference/ImageEnhance.html
 */
export function enhancePixels(pixels: Pixels, factors: Enhance, greys?: SumOfGreys): Pixels {
  if (ENHANCE_ORDER.every((name) => factors[name] === 1)) return pixels;
  const { widthPx, heightPx } = pixels;
  const workspace = layOutRows(widthPx);
  const enhanced = { data: new Uint8Array(pixels.data.length), widthPx, heightPx };
  const own = sharpenAndBrighten(workspace, pixels, factors, enhanced.data);
  // Contrast scales around the mean grey of its input, so it needs the whole picture first.
  if (factors.contrast !== 1) {
    const { sum, weight } = greys ?? { sum: own, weight: visiblePixels(pixels) };
    contrastAndColour(workspace, enhanced, factors, weight === 0 ? 0 : Math.floor(sum / weight + 0.5));
  }
  return enhanced;
}

/** Greys added up, each weighted by its opacity, and those weights added up. */
export interface SumOfGreys {
  sum: number;
  weight: number;
}

/** The greys that contrast gets to see. */
export function greysBeforeContrast(pixels: Pixels, factors: Enhance): SumOfGreys {
  const sum = sharpenAndBrighten(layOutRows(pixels.widthPx), pixels, factors);
  return { sum, weight: visiblePixels(pixels) };
}

function layOutRows(widthPx: number): Workspace<Part> {
  const room = 3 * widthPx + 32;
  return layOut<Part>({ first: room, second: room, third: room, output: room });
}

/**
 * Applies the steps before contrast, or all steps where contrast is 1. Returns the sum of the greys for contrast, each
 * weighted by its opacity.
 */
function sharpenAndBrighten(
  { kernels, bytes, offsets }: Workspace<Part>,
  { data, alpha, widthPx, heightPx }: Pixels,
  { sharpness, brightness, contrast, color }: Enhance,
  into?: Uint8Array,
): number {
  const { output } = offsets;
  const rowBytes = 3 * widthPx;
  // Three rows in rotation, so that each row is copied once.
  const inputs = [offsets.first, offsets.second, offsets.third] as const;
  const offsetOf = (y: number) => inputs[(y % 3) as 0 | 1 | 2];
  const load = (y: number) => bytes.set(data.subarray(y * rowBytes, (y + 1) * rowBytes), offsetOf(y));
  let sumOfGreys = 0;
  load(0);
  for (let y = 0; y < heightPx; y++) {
    if (y + 1 < heightPx) load(y + 1);
    const row = offsetOf(y);
    // Pillow does not smooth the outermost rows, so sharpness does not change them.
    if (sharpness === 1 || y === 0 || y === heightPx - 1) bytes.copyWithin(output, row, row + rowBytes);
    else kernels.sharpenRow(offsetOf(y - 1), row, offsetOf(y + 1), output, rowBytes, sharpness);
    if (brightness !== 1) kernels.blendWithLevel(output, rowBytes, 0, brightness);
    if (contrast !== 1 && alpha !== undefined) {
      const opacities = alpha.subarray(y * widthPx, (y + 1) * widthPx);
      sumOfGreys += weightedGreys(bytes.subarray(output, output + rowBytes), opacities);
    } else if (contrast !== 1) sumOfGreys += kernels.sumOfGreys(output, widthPx);
    else if (color !== 1) kernels.blendWithGrey(output, widthPx, color);
    into?.set(bytes.subarray(output, output + rowBytes), y * rowBytes);
  }
  return sumOfGreys;
}

const OPAQUE = 255;

/** The number of pixels, each weighted by its opacity. */
function visiblePixels({ alpha, widthPx, heightPx }: Pixels): number {
  if (alpha === undefined) return widthPx * heightPx;
  return alpha.reduce((sum, opacity) => sum + opacity, 0) / OPAQUE;
}

function weightedGreys(row: Uint8Array, opacities: Uint8Array): number {
  const sum = opacities.reduce((total, opacity, x) => {
    const [red = 0, green = 0, blue = 0] = [row[3 * x], row[3 * x + 1], row[3 * x + 2]];
    return total + opacity * greyOf(red, green, blue);
  }, 0);
  return sum / OPAQUE;
}

function contrastAndColour(
  { kernels, bytes, offsets }: Workspace<Part>,
  { data, widthPx }: Pixels,
  { contrast, color }: Enhance,
  meanGrey: number,
): void {
  const { output } = offsets;
  const rowBytes = 3 * widthPx;
  for (let at = 0; at < data.length; at += rowBytes) {
    const row = data.subarray(at, at + rowBytes);
    bytes.set(row, output);
    kernels.blendWithLevel(output, rowBytes, meanGrey, contrast);
    if (color !== 1) kernels.blendWithGrey(output, widthPx, color);
    row.set(bytes.subarray(output, output + rowBytes));
  }
}
