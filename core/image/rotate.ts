import { frameOf, makeAnimation } from './animation.ts';
import type { Deadline } from './deadline.ts';
import { rotatePixels } from './edit/rotate.ts';
import { rotatedSize } from './geometry.ts';
import { animatedMaster, type Master, stillMaster } from './master.ts';
import { fromPixels, type Pixels, toPixels } from './pixels.ts';

/**
 * The master rotated clockwise. Multiples of 90 move pixels and change none; other angles blend them on a canvas of
 * {@link rotatedSize}, with its corners in the background.
 *
 * @param degrees whole, 1..360
 * @param background `#rrggbb`
 * @throws PermanentError `PROCESSING_LIMIT` where the time ends before all frames are rotated
 */
export async function rotateMaster(
  master: Master,
  degrees: number,
  background: string,
  deadline: Deadline,
): Promise<Master> {
  if (master.playback === null) return rotateStill(master, degrees, background);
  const { playback } = master;
  const roll = await toPixels(await master.open());
  const rotated = await makeAnimation(playback, async (index) => {
    deadline.check();
    return rotateFrame(frameOf({ roll, playback }, index), degrees, background);
  });
  return animatedMaster(rotated, master.exif);
}

async function rotateStill(master: Master, degrees: number, background: string): Promise<Master> {
  if (isQuarter(degrees)) {
    const open = async () => (await master.open()).rotate(degrees);
    return { ...master, size: rotatedSize(master.size, degrees), open };
  }
  const pixels = await toPixels(await master.open());
  return stillMaster(rotatePixels(pixels, degrees, background), master.exif);
}

async function rotateFrame(frame: Pixels, degrees: number, background: string): Promise<Pixels> {
  return isQuarter(degrees)
    ? toPixels(fromPixels(frame).rotate(degrees))
    : rotatePixels(frame, degrees, background);
}

function isQuarter(degrees: number): boolean {
  return degrees % 90 === 0;
}
