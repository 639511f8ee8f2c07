import type { Size } from './geometry.ts';
import { type Pixels, release } from './pixels.ts';
import { sharp } from './sharp-setup.ts';
import type { FrameGroup } from './source/decode.ts';

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

export async function playbackOf(bytes: Buffer): Promise<Playback> {
  const { pages = 1, delay = [], loop = 0 } = await sharp(bytes, ALL_FRAMES).metadata();
  const delaysMs = Array.from({ length: pages }, (_, frame) => Math.max(delay[frame] ?? 0, 0));
  return { frames: pages, delaysMs, loop };
}

/** Pixels of the frames that are decoded at once: 24 megapixels take 170 MB with their transparency. */
const GROUP_PX = 24_000_000;

/** Cuts an animation into groups of frames that are decoded together. */
export function frameGroups({ widthPx, heightPx }: Size, frames: number): FrameGroup[] {
  const size = Math.max(1, Math.floor(GROUP_PX / (widthPx * heightPx)));
  return Array.from({ length: Math.ceil(frames / size) }, (_, index) => {
    const first = index * size;
    return { first, count: Math.min(size, frames - first) };
  });
}

/** One frame of a roll of frames, with memory of its own, so that the roll can be released. */
export function copyFrame(roll: Pixels, frames: number, index: number): Pixels {
  const { data, alpha, ...size } = frameAt(roll, frames, index);
  return { data: new Uint8Array(data), ...(alpha && { alpha: new Uint8Array(alpha) }), ...size };
}

function frameAt({ data, alpha, widthPx, heightPx }: Pixels, frames: number, index: number): Pixels {
  const view = (plane: Uint8Array) => {
    const bytes = plane.length / frames;
    return plane.subarray(index * bytes, (index + 1) * bytes);
  };
  return {
    data: view(data),
    ...(alpha && { alpha: view(alpha) }),
    widthPx,
    heightPx: heightPx / frames,
  };
}

/** One frame, as a view of the roll. */
export function frameOf({ roll, playback }: Animation, index: number): Pixels {
  return frameAt(roll, playback.frames, index);
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
    const frame = await makeFrame(index);
    data.set(frame.data, index * frame.data.length);
    await release(frame);
  }
  const { widthPx, heightPx } = first;
  return { playback, roll: { data, widthPx, heightPx: heightPx * playback.frames } };
}
