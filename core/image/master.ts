import type { Sharp } from 'sharp';
import { type Animation, frameSize, type Playback, playbackOf } from './animation.ts';
import type { Size } from './geometry.ts';
import { encodeIntermediate } from './intermediate.ts';
import { fromPixels, type Pixels } from './pixels.ts';
import { sharp } from './sharp-setup.ts';

/** A picture as it is handed to the encoder. Every part is made from it. */
export interface Master {
  /** Of one frame. */
  size: Size;
  /** How an animation is shown; null where the picture is still. */
  playback: Playback | null;
  /** A new pipeline that starts from the picture: all frames one below the other, and the EXIF that outputs carry. */
  open(): Sharp;
  /** Makes the lossless file from which a worker opens the same master. */
  toFile(): Promise<Buffer>;
  /** That file, where it has been made already. */
  file?: Buffer;
}

export function stillMaster(pixels: Pixels): Master {
  return {
    size: { widthPx: pixels.widthPx, heightPx: pixels.heightPx },
    playback: null,
    open: () => fromPixels(pixels),
    toFile: () => encodeIntermediate(pixels, undefined),
  };
}

/**
 * A master whose parts carry EXIF. They are made from the lossless file: libvips writes only ASCII where it is given
 * the values as text, and takes names in UTF-8 as they are where it reads them from a file.
 */
export async function stillMasterWithExif(pixels: Pixels, exif: Buffer): Promise<Master> {
  const file = await encodeIntermediate(pixels, exif);
  return { ...stillMaster(pixels), open: () => openFile(file).keepExif(), file };
}

/** The EXIF that the parts of a still master carry, without `Exif\0\0`. */
export async function exifOf({ file }: Master): Promise<Buffer | undefined> {
  if (file === undefined) return undefined;
  const { exif } = await openFile(file).metadata();
  return exif?.toString('latin1', 0, 6) === 'Exif\0\0' ? exif.subarray(6) : exif;
}

/** Its lossless file is WebP, which holds frames and their delays, at its quickest, as it is large. */
export function animatedMaster(animation: Animation): Master {
  const { roll, playback } = animation;
  const size = frameSize(animation);
  const raw = {
    width: roll.widthPx,
    height: roll.heightPx,
    channels: 3,
    pageHeight: size.heightPx,
  } as const;
  const open = () => sharp(roll.data, { raw, limitInputPixels: false });
  const { delaysMs: delay, loop } = playback;
  return {
    size,
    playback,
    open,
    toFile: () => open().webp({ lossless: true, effort: 0, delay, loop }).toBuffer(),
  };
}

/**
 * The master that a lossless file holds.
 *
 * @param keepsExif whether parts carry the EXIF in the file. Where the file has none, libvips would write its own.
 */
export async function openMaster(file: Buffer, keepsExif: boolean): Promise<Master> {
  const { width, height, pageHeight, pages = 1 } = await openFile(file).metadata();
  return {
    size: { widthPx: width, heightPx: pageHeight ?? height },
    playback: pages > 1 ? await playbackOf(file) : null,
    open: () => (keepsExif ? openFile(file).keepExif() : openFile(file)),
    toFile: async () => file,
    file,
  };
}

/** All frames of a file of ours, one below the other. The limit on pixels is for uploads. */
function openFile(file: Buffer): Sharp {
  return sharp(file, { animated: true, limitInputPixels: false });
}
