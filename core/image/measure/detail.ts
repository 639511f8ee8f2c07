import type { Pixels } from '../pixels.ts';
import type { Comparison } from '../types.ts';
import { comparePixels } from './compare.ts';
import { enlargeBilinear } from './enlarge.ts';

/** What the downsizing lost: the original against the resized picture scaled back up to its size. */
export function compareDetail(original: Pixels, resized: Pixels): Comparison {
  return comparePixels(original, enlargeBilinear(resized, original.widthPx, original.heightPx));
}
