import type { Size } from '../geometry.ts';

/** The reach of the Gaussian window from its centre. */
export const RADIUS_PX = 5;

/** The height of the Gaussian window. */
export const WINDOW_ROWS = 2 * RADIUS_PX + 1;

/** Three channels of each picture. */
const PLANES = 6;

const SCALES = 6;

/** The shortest side that is 8 px long after five halvings, which is what the smallest scale needs. */
export const MIN_SIDE_PX = 225;

/** A size, and where its rows are in memory. Offsets are in bytes. */
export interface Scale extends Size {
  /** 0 for the full size, 1 for its half, … */
  index: number;
  /** The size of one channel of a row: 32-bit floats. */
  planeBytes: number;
  /** The size of a row of both pictures. */
  rowBytes: number;
  /** Offset of two rows of linear light: an even row, and the odd row below it. */
  linear: number;
  /** Offset of the last 11 rows in XYB. Row `y` has the index `y % 11`. */
  xyb: number;
}

/**
 * The sizes at which pictures are compared: the full size and five halvings.
 *
 * @param size with sides of at least {@link MIN_SIDE_PX}
 */
export function scaleSizes(size: Size): Size[] {
  const halved = (side: number, times: number) => Math.ceil(side / 2 ** times);
  return Array.from({ length: SCALES }, (_, times) => ({
    widthPx: halved(size.widthPx, times),
    heightPx: halved(size.heightPx, times),
  }));
}

/** The size of one channel of a row. The kernels take up to 8 pixels at a time. */
export function planeBytes(widthPx: number): number {
  return 32 * Math.ceil(widthPx / 8);
}

/** The size of the memory in which {@link placeScales} puts the rows. */
export function scaleBytes(sizes: readonly Size[]): number {
  return sizes.reduce((sum, { widthPx }) => sum + keptBytes(widthPx), 0);
}

/** Lays the rows of all scales out in memory, one scale after the other. */
export function placeScales(sizes: readonly Size[], start: number): Scale[] {
  let end = start;
  return sizes.map((size, index) => {
    const linear = end;
    const rowBytes = PLANES * planeBytes(size.widthPx);
    end += keptBytes(size.widthPx);
    return {
      ...size,
      index,
      planeBytes: planeBytes(size.widthPx),
      rowBytes,
      linear,
      xyb: linear + 2 * rowBytes,
    };
  });
}

function keptBytes(widthPx: number): number {
  return (2 + WINDOW_ROWS) * PLANES * planeBytes(widthPx);
}
