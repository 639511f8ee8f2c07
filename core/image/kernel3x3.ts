import type { Pixels } from './pixels.ts';

/** A 3×3 kernel whose eight neighbours weigh the same. The weights are divided by their sum. */
export interface Kernel3x3 {
  centre: number;
  neighbour: number;
}

/** Pillow's ImageFilter.SMOOTH. */
export const SMOOTH: Kernel3x3 = { centre: 5, neighbour: 1 };

/** Pillow's ImageFilter.SHARPEN. */
export const SHARPEN: Kernel3x3 = { centre: 32, neighbour: -2 };

/**
 * Filters rows one after another. The outermost rows and columns stay as they are, and so does a picture under
 * 3 px on a side.
 *
 * @see https://github.com/python-pillow/Pillow/blob/9.4.0/src/libImaging/Filter.c
 */
export function rowFilter(pixels: Pixels, kernel: Kernel3x3): (y: number, into: Uint8Array) => void {
  const { data, widthPx, heightPx } = pixels;
  const stride = 3 * widthPx;
  const boxes = new Uint16Array(stride);
  const divisor = kernel.centre + 8 * kernel.neighbour;
  const extra = kernel.centre - kernel.neighbour;

  return (y, into) => {
    const start = y * stride;
    into.set(data.subarray(start, start + stride));
    if (y === 0 || y === heightPx - 1 || widthPx < 3) return;
    for (let i = 0, at = start; i < stride; i++, at++) {
      boxes[i] = (data[at - stride] ?? 0) + (data[at] ?? 0) + (data[at + stride] ?? 0);
    }
    for (let i = 3; i < stride - 3; i++) {
      const box = (boxes[i - 3] ?? 0) + (boxes[i] ?? 0) + (boxes[i + 3] ?? 0);
      const value = (kernel.neighbour * box + extra * (data[start + i] ?? 0)) / divisor + 0.5;
      into[i] = Math.max(0, Math.min(255, value));
    }
  };
}

/** The whole picture filtered, as a new one. */
export function filter3x3(pixels: Pixels, kernel: Kernel3x3): Pixels {
  const { widthPx, heightPx } = pixels;
  const stride = 3 * widthPx;
  const data = new Uint8Array(stride * heightPx);
  const filterRow = rowFilter(pixels, kernel);
  for (let y = 0; y < heightPx; y++) filterRow(y, data.subarray(y * stride, (y + 1) * stride));
  return { data, widthPx, heightPx };
}
