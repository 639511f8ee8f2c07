import { frameOf, makeAnimation } from './animation.ts';
import { rotatePixels } from './edit/rotate.ts';
import { rotatedSize } from './geometry.ts';
import { animatedMaster, exifOf, type Master, stillMaster, stillMasterWithExif } from './master.ts';
import { fromPixels, type Pixels, toPixels } from './pixels.ts';

/**
 * The master rotated clockwise. Multiples of 90 move pixels and change none; other angles blend them on a canvas of
 * {@link rotatedSize}, with its corners in the background.
 *
 * @param degrees whole, 1..360
 * @param background `#rrggbb`
 */
export async function rotateMaster(master: Master, degrees: number, background: string): Promise<Master> {
  if (master.playback === null) return rotateStill(master, degrees, background);
  const { playback } = master;
  const roll = await toPixels(master.open());
  const rotated = await makeAnimation(playback, async (index) =>
    rotateFrame(frameOf({ roll, playback }, index), degrees, background),
  );
  return animatedMaster(rotated);
}

async function rotateStill(master: Master, degrees: number, background: string): Promise<Master> {
  if (isQuarter(degrees)) {
    return { ...master, size: rotatedSize(master.size, degrees), open: () => master.open().rotate(degrees) };
  }
  const rotated = rotatePixels(await toPixels(master.open()), degrees, background);
  const exif = await exifOf(master);
  return exif === undefined ? stillMaster(rotated) : stillMasterWithExif(rotated, exif);
}

async function rotateFrame(frame: Pixels, degrees: number, background: string): Promise<Pixels> {
  return isQuarter(degrees)
    ? toPixels(fromPixels(frame).rotate(degrees))
    : rotatePixels(frame, degrees, background);
}

function isQuarter(degrees: number): boolean {
  return degrees % 90 === 0;
}
