import { type Size, sameSize } from './geometry.ts';
import type { Pixels } from './pixels.ts';
import { fromPixels, toPixels } from './sharp-pixels.ts';

/** How every picture is scaled: libvips shrinks by whole numbers to twice the size, and Lanczos does the rest. */
export const LANCZOS = { kernel: 'lanczos3' } as const;

/** The pixels at another size; the same object where the size is the same. */
export async function resizePixels(pixels: Pixels, size: Size): Promise<Pixels> {
  if (sameSize(pixels, size)) return pixels;
  return toPixels(fromPixels(pixels).resize(size.widthPx, size.heightPx, { ...LANCZOS, fit: 'fill' }));
}

/** What makes each EXIF orientation upright: turned clockwise, then mirrored left to right. */
const UPRIGHT: Readonly<Record<number, { degrees: number; mirror: boolean }>> = {
  2: { degrees: 0, mirror: true },
  3: { degrees: 180, mirror: false },
  4: { degrees: 180, mirror: true },
  5: { degrees: 90, mirror: true },
  6: { degrees: 90, mirror: false },
  7: { degrees: 270, mirror: true },
  8: { degrees: 270, mirror: false },
};

/**
 * The pixels upright; the same object where they are already.
 *
 * @param orientation EXIF orientation 1..8
 */
export async function orientPixels(pixels: Pixels, orientation: number): Promise<Pixels> {
  const turn = UPRIGHT[orientation];
  if (turn === undefined) return pixels;
  return toPixels(fromPixels(pixels).rotate(turn.degrees).flop(turn.mirror));
}
