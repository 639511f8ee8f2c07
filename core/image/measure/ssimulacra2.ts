import type { Pixels } from '../pixels.ts';
import { mirroredRows } from './mirrored-rows.ts';
import { ScaledComparison } from './scaled-comparison.ts';
import { MIN_SIDE_PX } from './scales.ts';
import { ssimulacra2Score } from './ssimulacra2-score.ts';

/** The greatest width of a JPEG. The measure takes 41 MiB there. */
const MAX_WIDTH_PX = 65_535;

/**
 * Measures with SSIMULACRA2 how good `other` looks as a copy of `reference`, from −∞ to 100. The order matters.
 *
 * Identical pictures score 100. A score of 90 means visually lossless, 70 high quality, 50 medium and 30 low quality;
 * a negative score means very strong distortion. A side under 225 px has no room for the six scales of the measure:
 * the pictures are mirrored at that side until they have 225 px (docs/adr/0008-ssimulacra2.md).
 *
 * Memory: 640 bytes a column, whatever the height. Time: 30 ns a pixel on one core (AMD EPYC, Zen 4, 2.6 GHz), in
 * which the call blocks: 2 ms up to 225×225 px, 12 ms for 640×640 px, 3.2 s for 100 megapixels.
 *
 * @returns null where the width is over 65,535 px
 * @throws RangeError when the sizes differ
 * @see https://github.com/cloudinary/ssimulacra2
 * @see https://pypi.org/project/ssimulacra2/0.3.0/ whose results it reproduces within 0.001 from 225 px a side
 */
export function ssimulacra2(reference: Pixels, other: Pixels): number | null {
  const { widthPx, heightPx } = reference;
  if (other.widthPx !== widthPx || other.heightPx !== heightPx) {
    throw new RangeError(
      `expected pictures of the same size, received ${widthPx}×${heightPx} and ${other.widthPx}×${other.heightPx}`,
    );
  }
  if (widthPx > MAX_WIDTH_PX) return null;
  const size = { widthPx: Math.max(widthPx, MIN_SIDE_PX), heightPx: Math.max(heightPx, MIN_SIDE_PX) };
  const [referenceRow, otherRow] = [mirroredRows(reference, size), mirroredRows(other, size)];
  const comparison = new ScaledComparison(size);
  for (let y = 0; y < size.heightPx; y++) comparison.addRow(y, referenceRow(y), otherRow(y));
  return ssimulacra2Score(comparison.norms());
}
