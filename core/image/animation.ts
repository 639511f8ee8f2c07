import type { Size } from './geometry.ts';
import { encoded } from './output/encode.ts';
import type { Pixels } from './pixels.ts';
import { sharp } from './sharp-setup.ts';
import type { EncodedImage, Encoding } from './types.ts';

/** Frames of one size, one below the other, and how they are shown. */
export interface Animation {
  roll: Pixels;
  frames: number;
  /** Milliseconds that each frame is shown for. */
  delaysMs: number[];
  /** How often it is shown; 0 is for ever. */
  loop: number;
}

/** One frame, as a view of the roll. */
export function frameOf({ roll, frames }: Pick<Animation, 'roll' | 'frames'>, index: number): Pixels {
  const heightPx = roll.heightPx / frames;
  const bytes = 3 * roll.widthPx * heightPx;
  return { data: roll.data.subarray(index * bytes, (index + 1) * bytes), widthPx: roll.widthPx, heightPx };
}

/** Makes an animation frame by frame; the frames that are made must be of one size. */
export async function makeAnimation(
  timing: Pick<Animation, 'frames' | 'delaysMs' | 'loop'>,
  makeFrame: (index: number) => Promise<Pixels>,
): Promise<Animation> {
  const first = await makeFrame(0);
  const data = Buffer.alloc(first.data.length * timing.frames);
  data.set(first.data);
  for (let index = 1; index < timing.frames; index++) {
    data.set((await makeFrame(index)).data, index * first.data.length);
  }
  const { widthPx, heightPx } = first;
  return { ...timing, roll: { data, widthPx, heightPx: heightPx * timing.frames } };
}

/** Encodes all frames, with their delays and the loop. */
export async function encodeAnimation(animation: Animation, encoding: Encoding): Promise<EncodedImage> {
  const { delaysMs, loop } = animation;
  const pipeline = openRoll(animation);
  const timed =
    encoding.format === 'gif'
      ? pipeline.gif({ delay: delaysMs, loop })
      : pipeline.webp({ delay: delaysMs, loop });
  const image = await encoded(timed, encoding, animation.roll);
  return { ...image, ...frameSize(animation) };
}

/** The lossless intermediate of an animation: WebP, which holds frames and timing; at its quickest, as it is large. */
export async function encodeAnimatedIntermediate(animation: Animation): Promise<Buffer> {
  const { delaysMs, loop } = animation;
  return openRoll(animation).webp({ lossless: true, effort: 0, delay: delaysMs, loop }).toBuffer();
}

function openRoll(animation: Animation) {
  const { roll } = animation;
  const pageHeight = frameSize(animation).heightPx;
  const raw = { width: roll.widthPx, height: roll.heightPx, channels: 3, pageHeight } as const;
  return sharp(roll.data, { raw, limitInputPixels: false });
}

function frameSize({ roll, frames }: Animation): Size {
  return { widthPx: roll.widthPx, heightPx: roll.heightPx / frames };
}
