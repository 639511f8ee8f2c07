/** Who is asked, in this order. */
export const READERS = ['Pillow', 'ImageMagick'] as const;
export type Reader = (typeof READERS)[number];

/** What another reader makes of a file, beside our picture of it. */
export interface Reading {
  /** Width and height of ours and of theirs. */
  sizes: [[number, number], [number, number]];
  /** The mean difference, in levels. */
  mean: number;
  /** The share of pixels that differ by more than 16 levels in some channel. */
  visible: number;
  /** Of Pillow alone. */
  hasProfile?: boolean;
  isOffWhite?: boolean;
  coversCanvas?: boolean;
  /** The page of a TIFF that it read: the first that is no thumbnail. */
  page?: number;
}
