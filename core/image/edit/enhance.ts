import { ENHANCE_ORDER, type Enhance } from '../../recipe.ts';
import { layOut, type Workspace } from '../kernels/kernels.ts';
import type { Pixels } from '../pixels.ts';

type Part = 'first' | 'second' | 'third' | 'output';

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
  const room = 3 * widthPx + 32;
  const workspace = layOut<Part>({ first: room, second: room, third: room, output: room });
  const enhanced = { data: new Uint8Array(pixels.data.length), widthPx, heightPx };
  const sumOfGreys = sharpenAndBrighten(workspace, pixels, factors, enhanced.data);
  // Contrast turns about the mean grey of what it is given, so it has to wait for the whole picture.
  if (factors.contrast !== 1) {
    const mean = Math.floor(sumOfGreys / (widthPx * heightPx) + 0.5);
    contrastAndColour(workspace, enhanced, factors, mean);
  }
  return enhanced;
}

/** The steps before contrast, and colour too where there is no contrast. Returns the sum of the greys for it. */
function sharpenAndBrighten(
  { kernels, bytes, places }: Workspace<Part>,
  { data, widthPx, heightPx }: Pixels,
  { sharpness, brightness, contrast, color }: Enhance,
  into: Uint8Array,
): number {
  const { output } = places;
  const rowBytes = 3 * widthPx;
  // Three rows in turn, each taken in once.
  const inputs = [places.first, places.second, places.third] as const;
  const placeOf = (y: number) => inputs[(y % 3) as 0 | 1 | 2];
  const takeIn = (y: number) => bytes.set(data.subarray(y * rowBytes, (y + 1) * rowBytes), placeOf(y));
  let sumOfGreys = 0;
  takeIn(0);
  for (let y = 0; y < heightPx; y++) {
    if (y + 1 < heightPx) takeIn(y + 1);
    const row = placeOf(y);
    // Pillow smooths no edges, so blending with what is smooth changes none.
    if (sharpness === 1 || y === 0 || y === heightPx - 1) bytes.copyWithin(output, row, row + rowBytes);
    else kernels.sharpenRow(placeOf(y - 1), row, placeOf(y + 1), output, rowBytes, sharpness);
    if (brightness !== 1) kernels.blendWithLevel(output, rowBytes, 0, brightness);
    if (contrast !== 1) sumOfGreys += kernels.sumOfGreys(output, widthPx);
    else if (color !== 1) kernels.blendWithGrey(output, widthPx, color);
    into.set(bytes.subarray(output, output + rowBytes), y * rowBytes);
  }
  return sumOfGreys;
}

function contrastAndColour(
  { kernels, bytes, places }: Workspace<Part>,
  { data, widthPx }: Pixels,
  { contrast, color }: Enhance,
  meanGrey: number,
): void {
  const { output } = places;
  const rowBytes = 3 * widthPx;
  for (let at = 0; at < data.length; at += rowBytes) {
    const row = data.subarray(at, at + rowBytes);
    bytes.set(row, output);
    kernels.blendWithLevel(output, rowBytes, meanGrey, contrast);
    if (color !== 1) kernels.blendWithGrey(output, widthPx, color);
    row.set(bytes.subarray(output, output + rowBytes));
  }
}
