import { type Size, sameSize } from '../geometry.ts';
import { type Pixels, transformPixels } from '../pixels.ts';
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
  if (sameSize(shrunk, size)) return shrunk;
  const { alpha } = shrunk;
  const enlarged = enlargePixels(shrunk, size);
  return alpha === undefined ? enlarged : { ...enlarged, alpha: enlargeAlpha(alpha, shrunk, size) };
}

/** The kernel takes three channels, so the opacity goes through as a grey picture. */
function enlargeAlpha(alpha: Uint8Array, from: Size, to: Size): Uint8Array {
  const grey = new Uint8Array(3 * alpha.length);
  for (const [pixel, level] of alpha.entries()) grey.fill(level, 3 * pixel, 3 * pixel + 3);
  const { data } = enlargePixels({ ...from, data: grey }, to);
  return Uint8Array.from({ length: data.length / 3 }, (_, pixel) => data[3 * pixel] ?? 0);
}

async function shrinkPixels(pixels: Pixels, size: Size): Promise<Pixels> {
  if (sameSize(pixels, size)) return pixels;
  return transformPixels(pixels, (pipeline) =>
    pipeline.resize(size.widthPx, size.heightPx, { ...LANCZOS, fit: 'fill' }),
  );
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
  return transformPixels(pixels, (pipeline) => pipeline.flop(steps.mirror).rotate(steps.degrees));
}
