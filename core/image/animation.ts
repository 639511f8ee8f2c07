import type { Size } from './geometry.ts';
import type { Pixels } from './pixels.ts';
import { sharp } from './sharp-setup.ts';

/** How the frames of an animation are shown. */
export interface Playback {
  frames: number;
  /** Milliseconds that each frame is shown for. */
  delaysMs: number[];
  /** How often the animation is shown; 0 is for ever. */
  loop: number;
}

/** Frames of one size, one below the other, and how they are shown. */
export interface Animation {
  roll: Pixels;
  playback: Playback;
}

/** Options of sharp for the header of all frames. Warnings are about frames outside the canvas. */
const ALL_FRAMES = { animated: true, limitInputPixels: false, failOn: 'error' } as const;

/** Longest delay that sharp writes, in milliseconds; WebP itself holds 4.6 hours. */
const MAX_DELAY_MS = 65_535;

export async function playbackOf(bytes: Buffer): Promise<Playback> {
  const { pages = 1, delay = [], loop = 0 } = await sharp(bytes, ALL_FRAMES).metadata();
  const delaysMs = delay.map((delayMs) => Math.min(Math.max(delayMs, 0), MAX_DELAY_MS));
  return { frames: pages, delaysMs, loop };
}

/** One frame, as a view of the roll. */
export function frameOf({ roll, playback }: Animation, index: number): Pixels {
  const { widthPx, heightPx } = frameSize({ roll, playback });
  const pixels = widthPx * heightPx;
  const data = roll.data.subarray(3 * index * pixels, 3 * (index + 1) * pixels);
  const alpha = roll.alpha?.subarray(index * pixels, (index + 1) * pixels);
  return alpha === undefined ? { data, widthPx, heightPx } : { data, alpha, widthPx, heightPx };
}

export function frameSize({ roll, playback }: Animation): Size {
  return { widthPx: roll.widthPx, heightPx: roll.heightPx / playback.frames };
}

/** Makes an animation frame by frame; `makeFrame` must give every frame the same size. */
export async function makeAnimation(
  playback: Playback,
  makeFrame: (index: number) => Promise<Pixels>,
): Promise<Animation> {
  const first = await makeFrame(0);
  const data = Buffer.alloc(first.data.length * playback.frames);
  data.set(first.data);
  for (let index = 1; index < playback.frames; index++) {
    data.set((await makeFrame(index)).data, index * first.data.length);
  }
  const { widthPx, heightPx } = first;
  return { playback, roll: { data, widthPx, heightPx: heightPx * playback.frames } };
}
