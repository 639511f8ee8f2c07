import type { Sharp } from 'sharp';
import { type Animation, frameSize, type Playback } from './animation.ts';
import type { Size } from './geometry.ts';
import { encodeIntermediate, readIntermediate } from './intermediate.ts';
import { fromPixels, type Pixels, toPixels } from './pixels.ts';
import { sharp } from './sharp-setup.ts';

/** A picture as it is handed to the encoder. Every part is made from it. */
export interface Master {
  /** Of one frame. */
  size: Size;
  /** How an animation is shown; null where the picture is still. */
  playback: Playback | null;
  /** The EXIF that parts carry, from its byte order on. */
  exif: Buffer | undefined;
  /** A new pipeline that starts from the picture: all frames one below the other. */
  open(): Promise<Sharp>;
  /** Makes the lossless file from which a worker opens the same master. */
  toFile(): Promise<Buffer>;
}

export function stillMaster(pixels: Pixels, exif: Buffer | undefined): Master {
  return {
    size: { widthPx: pixels.widthPx, heightPx: pixels.heightPx },
    playback: null,
    exif,
    open: async () => fromPixels(pixels),
    toFile: () => encodeIntermediate(pixels, { playback: null, exif }),
  };
}

export function animatedMaster(animation: Animation, exif: Buffer | undefined): Master {
  const { roll, playback } = animation;
  const size = frameSize(animation);
  return {
    size,
    playback,
    exif,
    open: async () => openRoll(roll, size),
    toFile: () => encodeIntermediate(roll, { playback, exif }),
  };
}

/** The master that an intermediate holds. Only its header is read. */
export function openMaster(file: Buffer): Master {
  const { size, playback, exif } = readIntermediate(file);
  // The limit on pixels is for uploads.
  const picture = () => sharp(file, { limitInputPixels: false });
  return {
    size,
    playback,
    exif,
    open: async () => (playback === null ? picture() : openRoll(await toPixels(picture()), size)),
    toFile: async () => file,
  };
}

function openRoll({ data, widthPx, heightPx }: Pixels, frame: Size): Sharp {
  const raw = { width: widthPx, height: heightPx, channels: 3, pageHeight: frame.heightPx } as const;
  return sharp(data, { raw, limitInputPixels: false });
}
