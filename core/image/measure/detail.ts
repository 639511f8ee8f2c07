import { layOut } from '../kernels/kernels.ts';
import type { Pixels } from '../pixels.ts';
import type { Comparison } from '../types.ts';
import { bilinearParts, enlargedRows } from './bilinear.ts';
import { comparePixels } from './compare.ts';
import { comparisonParts, endComparison, startComparison } from './row-comparison.ts';

/**
 * Measures what the resize lost: compares the original with the resized picture, scaled back up to the original's
 * size (bilinear, see enlargedRows). The enlarged picture is made row by row and never exists as a whole.
 */
export function compareDetail(original: Pixels, resized: Pixels): Comparison {
  const { widthPx, heightPx } = original;
  if (resized.widthPx === widthPx && resized.heightPx === heightPx) return comparePixels(original, resized);
  const workspace = layOut({ ...comparisonParts(widthPx), ...bilinearParts(resized, widthPx) });
  const { kernels, bytes, offsets } = workspace;
  const makeRow = enlargedRows(workspace, resized, original, offsets.rowB);
  const rowBytes = 3 * widthPx;
  startComparison(workspace, widthPx);
  for (let y = 0; y < heightPx; y++) {
    bytes.set(original.data.subarray(y * rowBytes, (y + 1) * rowBytes), offsets.rowA);
    makeRow(y);
    kernels.addColourRow();
  }
  return endComparison(workspace, widthPx, heightPx);
}
