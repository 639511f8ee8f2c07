import { ENHANCE_ORDER, type Enhance } from '../recipe.ts';
import { blend, blendTable, differenceTable } from './blend.ts';
import { greyOf } from './grey.ts';
import { rowFilter, SMOOTH } from './kernel3x3.ts';
import type { Pixels } from './pixels.ts';

/**
 * Sharpness, brightness, contrast and colour as Pillow's ImageEnhance has them, in that order; each step clips and
 * cuts to 8 bits. The input is left as it is; it is returned itself where every factor is 1.
 *
 * @param factors 0..3; 1 changes nothing
 * @see https://pillow.readthedocs.io/en/stable/reference/ImageEnhance.html
 */
export function enhancePixels(pixels: Pixels, factors: Enhance): Pixels {
  if (ENHANCE_ORDER.every((name) => factors[name] === 1)) return pixels;
  const { widthPx, heightPx } = pixels;
  const enhanced = { data: sharpenAndBrighten(pixels, factors), widthPx, heightPx };
  // Contrast turns about the mean grey of what it is given, so it has to wait for the whole picture.
  if (factors.contrast !== 1) lookUp(enhanced.data, blendTable(meanGrey(enhanced), factors.contrast));
  if (factors.color !== 1) colour(enhanced.data, factors.color);
  return enhanced;
}

function sharpenAndBrighten(pixels: Pixels, { sharpness, brightness }: Enhance): Uint8Array {
  if (sharpness === 1) {
    const data = new Uint8Array(pixels.data);
    if (brightness !== 1) lookUp(data, blendTable(0, brightness));
    return data;
  }
  const stride = 3 * pixels.widthPx;
  const data = new Uint8Array(pixels.data.length);
  const smoothRow = rowFilter(pixels, SMOOTH);
  const differences = differenceTable(sharpness);
  const brightened = blendTable(0, brightness);
  for (let y = 0, start = 0; y < pixels.heightPx; y++, start += stride) {
    const row = data.subarray(start, start + stride);
    smoothRow(y, row);
    for (let i = 0; i < stride; i++) {
      row[i] = brightened[blend(row[i] ?? 0, pixels.data[start + i] ?? 0, differences)] ?? 0;
    }
  }
  return data;
}

/** The mean of the grey plane, rounded, halves up. */
function meanGrey({ data, widthPx, heightPx }: Pixels): number {
  let sum = 0;
  for (let i = 0; i < data.length; i += 3) {
    sum += greyOf(data[i] ?? 0, data[i + 1] ?? 0, data[i + 2] ?? 0);
  }
  return Math.floor(sum / (widthPx * heightPx) + 0.5);
}

function lookUp(data: Uint8Array, table: Uint8Array): void {
  for (let i = 0; i < data.length; i++) data[i] = table[data[i] ?? 0] ?? 0;
}

function colour(data: Uint8Array, factor: number): void {
  const differences = differenceTable(factor);
  for (let i = 0; i < data.length; i += 3) {
    const [red, green, blue] = [data[i] ?? 0, data[i + 1] ?? 0, data[i + 2] ?? 0];
    const grey = greyOf(red, green, blue);
    data[i] = blend(grey, red, differences);
    data[i + 1] = blend(grey, green, differences);
    data[i + 2] = blend(grey, blue, differences);
  }
}
