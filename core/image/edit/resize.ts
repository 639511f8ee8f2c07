import { type Size, sameSize } from '../geometry.ts';
import { fromPixels, type Pixels, toPixels } from '../pixels.ts';
import { enlargePixels } from './enlarge.ts';

/** How a picture is shrunk: libvips shrinks by whole numbers to twice the size, and Lanczos does the rest. */
const LANCZOS = { kernel: 'lanczos3' } as const;

/** Shrinks or enlarges each side of pixels to a size. Returns the same object where they have that size. */
export async function resizePixels(pixels: Pixels, size: Size): Promise<Pixels> {
  if (sameSize(pixels, size)) return pixels;
  const smaller: Size = {
    widthPx: Math.min(pixels.widthPx, size.widthPx),
    heightPx: Math.min(pixels.heightPx, size.heightPx),
  };
  const shrunk = await shrinkPixels(pixels, smaller);
  return sameSize(shrunk, size) ? shrunk : enlargePixels(shrunk, size);
}

async function shrinkPixels(pixels: Pixels, size: Size): Promise<Pixels> {
  if (sameSize(pixels, size)) return pixels;
  return toPixels(fromPixels(pixels).resize(size.widthPx, size.heightPx, { ...LANCZOS, fit: 'fill' }));
}

/** The steps that make each EXIF orientation upright: mirror left to right, then rotate clockwise. */
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
 * Makes pixels upright. Returns the same object where they already are.
 *
 * @param orientation EXIF orientation 1..8
 */
export async function orientPixels(pixels: Pixels, orientation: number): Promise<Pixels> {
  const steps = UPRIGHT[orientation];
  if (steps === undefined) return pixels;
  return toPixels(fromPixels(pixels).flop(steps.mirror).rotate(steps.degrees));
}
