import { layOut } from '../kernels/kernels.ts';
import type { Pixels } from '../pixels.ts';
import type { Comparison } from '../types.ts';
import { bilinearParts, enlargedRows } from './bilinear.ts';
import { comparisonParts, endComparison, startComparison } from './row-comparison.ts';

/**
 * Compares two pictures of the same size: SSIM on grey (Pillow's L), and PSNR over RGB.
 *
 * SSIM has scikit-image's defaults: a uniform window of 7×7 px, sample covariance, K1 0.01, K2 0.03, data range 255,
 * averaged over the windows that lie inside the picture.
 *
 * @throws RangeError when the sizes differ
 * @see https://scikit-image.org/docs/0.19.x/api/skimage.metrics.html#skimage.metrics.structural_similarity
 * @see https://scikit-image.org/docs/0.19.x/api/skimage.metrics.html#skimage.metrics.peak_signal_noise_ratio
 */
export function comparePixels(reference: Pixels, other: Pixels): Comparison {
  const { widthPx, heightPx } = reference;
  if (other.widthPx !== widthPx || other.heightPx !== heightPx) {
    throw new RangeError(
      `expected pictures of the same size, received ${widthPx}×${heightPx} and ${other.widthPx}×${other.heightPx}`,
    );
  }
  const workspace = layOut(comparisonParts(widthPx));
  const { kernels, bytes, offsets } = workspace;
  const rowBytes = 3 * widthPx;
  startComparison(workspace, widthPx);
  for (let at = 0; at < rowBytes * heightPx; at += rowBytes) {
    bytes.set(reference.data.subarray(at, at + rowBytes), offsets.rowA);
    bytes.set(other.data.subarray(at, at + rowBytes), offsets.rowB);
    kernels.addColourRow();
  }
  return endComparison(workspace, widthPx, heightPx);
}

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
