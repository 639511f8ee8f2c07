/** What the process that decodes is asked for, as its only argument in JSON; the file comes by standard input. */
export interface DecodeOrder {
  hasAlpha: boolean;
  /** Whether samples are handed out in 16 bits, little-endian. */
  isWide: boolean;
  /** Where the package is, absolute. */
  packageFile: string;
  /** The most that the decoder may have on its heap. */
  maxHeapBytes: number;
}

/** The first line of its answer, in JSON. The samples follow behind a picture, interleaved. */
export type DecodeAnswer =
  | { widthPx: number; heightPx: number; channels: number }
  | { fault: 'damaged' | 'memory'; message: string };

/** Channels of a picture with opacity, and without. */
export const [RGBA, RGB] = [4, 3] as const;
