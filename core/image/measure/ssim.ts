import { layOut } from '../kernels/kernels.ts';
import { comparisonParts, meanSimilarity, startComparison } from './row-comparison.ts';

/**
 * The mean structural similarity of two grey planes of equal size, −1..1; null where a side is under 7 px.
 * As scikit-image has it by default: 7×7 uniform window, sample covariance, K1 0.01, K2 0.03, data range 255,
 * averaged over the windows that lie wholly inside.
 *
 * @see https://scikit-image.org/docs/0.19.x/api/skimage.metrics.html#skimage.metrics.structural_similarity
 */
export function ssimGrey(a: Uint8Array, b: Uint8Array, widthPx: number, heightPx: number): number | null {
  const workspace = layOut(comparisonParts(widthPx));
  const { kernels, bytes, places } = workspace;
  startComparison(workspace, widthPx);
  for (let at = 0; at < widthPx * heightPx; at += widthPx) {
    bytes.set(a.subarray(at, at + widthPx), places.rowA);
    bytes.set(b.subarray(at, at + widthPx), places.rowB);
    kernels.addGreyRow();
  }
  return meanSimilarity(workspace, widthPx, heightPx);
}
