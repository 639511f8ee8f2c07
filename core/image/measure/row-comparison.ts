import type { Workspace } from '../kernels/kernels.ts';
import type { Comparison } from '../types.ts';

/** Side of the sliding window, in pixels. */
export const WINDOW_PX = 7;

/** The parts of the memory that a comparison needs: a row of each picture, which the caller fills, and its state. */
type Part = 'rowA' | 'rowB' | 'ringA' | 'ringB' | 'columns';

/** The size of each part, in bytes. */
export function comparisonParts(widthPx: number): Record<Part, number> {
  const paddedPx = padded(widthPx);
  return {
    rowA: 3 * paddedPx + 16,
    rowB: 3 * paddedPx + 16,
    ringA: WINDOW_PX * paddedPx,
    ringB: WINDOW_PX * paddedPx,
    columns: 12 * paddedPx + 256,
  };
}

/** Starts a comparison of two pictures of this width. */
export function startComparison({ kernels, offsets }: Workspace<Part>, widthPx: number): void {
  const { rowA, rowB, ringA, ringB, columns } = offsets;
  kernels.start(rowA, rowB, ringA, ringB, columns, widthPx, padded(widthPx));
}

/** The mean similarity of all windows; null where the picture is smaller than a window. */
export function meanSimilarity(
  { kernels }: Workspace<Part>,
  widthPx: number,
  heightPx: number,
): number | null {
  if (widthPx < WINDOW_PX || heightPx < WINDOW_PX) return null;
  return kernels.similarity() / ((widthPx - WINDOW_PX + 1) * (heightPx - WINDOW_PX + 1));
}

/** The result of a comparison, once every row has been added in colour. */
export function endComparison(workspace: Workspace<Part>, widthPx: number, heightPx: number): Comparison {
  const squaredError = workspace.kernels.squaredError();
  return {
    ssim: meanSimilarity(workspace, widthPx, heightPx),
    psnrDb: psnrDb(squaredError, 3 * widthPx * heightPx),
    identical: squaredError === 0,
  };
}

/** Peak signal-to-noise ratio of 8-bit samples, in decibels; null where the pictures are identical. */
function psnrDb(squaredError: number, samples: number): number | null {
  return squaredError === 0 ? null : 10 * Math.log10((255 * 255 * samples) / squaredError);
}

/** The kernels read up to 16 pixels at a time. */
function padded(widthPx: number): number {
  return Math.ceil(widthPx / 16) * 16;
}
