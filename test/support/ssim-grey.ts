import { layOut } from '../../core/image/kernels/kernels.ts';
import { comparisonParts, meanSimilarity, startComparison } from '../../core/image/measure/row-comparison.ts';

/**
 * The mean structural similarity of two grey planes of equal size, −1..1, as comparePixels measures it; null where a
 * side is under 7 px.
 *
 * @see https://scikit-image.org/docs/0.19.x/api/skimage.metrics.html#skimage.metrics.structural_similarity
 */
export function ssimGrey(a: Uint8Array, b: Uint8Array, widthPx: number, heightPx: number): number | null {
  const workspace = layOut(comparisonParts(widthPx));
  const { kernels, bytes, offsets } = workspace;
  startComparison(workspace, widthPx);
  for (let at = 0; at < widthPx * heightPx; at += widthPx) {
    bytes.set(a.subarray(at, at + widthPx), offsets.rowA);
    bytes.set(b.subarray(at, at + widthPx), offsets.rowB);
    kernels.addGreyRow();
  }
  return meanSimilarity(workspace, widthPx, heightPx);
}
