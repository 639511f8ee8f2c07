import type { Region, Size } from './geometry.ts';
import { sameSize } from './geometry.ts';
import type { Pixels } from './pixels.ts';

/** The pixels on a canvas of one colour; the same object where they fill it. */
export function padPixels(pixels: Pixels, canvas: Size, at: Region, background: string): Pixels {
  if (sameSize(pixels, canvas)) return pixels;
  const data = Buffer.alloc(3 * canvas.widthPx * canvas.heightPx, background.slice(1), 'hex');
  const rowBytes = 3 * pixels.widthPx;
  for (let y = 0; y < pixels.heightPx; y += 1) {
    const row = pixels.data.subarray(y * rowBytes, (y + 1) * rowBytes);
    data.set(row, 3 * ((at.topPx + y) * canvas.widthPx + at.leftPx));
  }
  return { data, widthPx: canvas.widthPx, heightPx: canvas.heightPx };
}
