import { type Size, sameSize } from '../geometry.ts';
import type { Pixels } from '../pixels.ts';
import { fromPixels, toPixels } from '../sharp-pixels.ts';

/** How every picture is scaled: libvips shrinks by whole numbers to twice the size, and Lanczos does the rest. */
export const LANCZOS = { kernel: 'lanczos3' } as const;

/** The pixels at another size; the same object where the size is the same. */
export async function resizePixels(pixels: Pixels, size: Size): Promise<Pixels> {
  if (sameSize(pixels, size)) return pixels;
  return toPixels(fromPixels(pixels).resize(size.widthPx, size.heightPx, { ...LANCZOS, fit: 'fill' }));
}

/** What makes each EXIF orientation upright: mirrored left to right first, as sharp does it, then turned clockwise. */
const UPRIGHT: Readonly<Record<number, { mirror: boolean; degrees: number }>> = {
  2: { mirror: true, degrees: 0 },
  3: { mirror: false, degrees: 180 },
  4: { mirror: true, degrees: 180 },
  5: { mirror: true, degrees: 270 },
  6: { mirror: false, degrees: 90 },
  7: { mirror: true, degrees: 90 },
  8: { mirror: false, degrees: 270 },
};

/**
 * The pixels upright; the same object where they are already.
 *
 * @param orientation EXIF orientation 1..8
 */
export async function orientPixels(pixels: Pixels, orientation: number): Promise<Pixels> {
  const turn = UPRIGHT[orientation];
  if (turn === undefined) return pixels;
  return toPixels(fromPixels(pixels).flop(turn.mirror).rotate(turn.degrees));
}
