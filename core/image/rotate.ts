import { frameOf, makeAnimation } from './animation.ts';
import type { Size } from './geometry.ts';
import { animatedMaster, type Master } from './master.ts';
import { fromPixels, toPixels } from './pixels.ts';

/**
 * The master rotated clockwise. Multiples of 90 move pixels and change none; other angles interpolate (bilinear) on a
 * canvas of {@link rotatedSize}, its corners in the background.
 *
 * @param degrees whole, 1..360
 * @param background `#rrggbb`
 */
export async function rotateMaster(master: Master, degrees: number, background: string): Promise<Master> {
  if (master.playback === null) {
    const open = () => master.open().rotate(degrees, { background });
    return { ...master, size: rotatedSize(master.size, degrees), open };
  }
  const { playback } = master;
  const roll = await toPixels(master.open());
  const rotated = await makeAnimation(playback, (index) =>
    toPixels(fromPixels(frameOf({ roll, playback }, index)).rotate(degrees, { background })),
  );
  return animatedMaster(rotated);
}

/** Rounding error of sines and cosines, in pixels: it is under a millionth of the largest side. */
const ROUNDING = 1e-6;

/** The size of the rotated canvas, rounded up as libvips does it; a quarter rotation is exact. */
export function rotatedSize({ widthPx, heightPx }: Size, degrees: number): Size {
  const radians = (degrees * Math.PI) / 180;
  const [cos, sin] = [Math.abs(Math.cos(radians)), Math.abs(Math.sin(radians))];
  return {
    widthPx: Math.ceil(widthPx * cos + heightPx * sin - ROUNDING),
    heightPx: Math.ceil(widthPx * sin + heightPx * cos - ROUNDING),
  };
}
