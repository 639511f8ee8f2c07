import type { DecodeJob } from './open-source.ts';

/** A file to look at again, and which frames of it are decoded. */
export interface Look extends DecodeJob {
  /** The bytes that were given to libvips. */
  readable: Buffer;
  allFrames: boolean;
  /** Whether libjpeg warned while the file was decoded, of this file or another. */
  hasJpegWarned: boolean;
}

/** How to decode a file that its library warned of, and what is odd about it. */
export interface SecondLook {
  bytes: Buffer;
  failOn: 'none' | 'error' | 'warning';
  warnings: readonly string[];
}
