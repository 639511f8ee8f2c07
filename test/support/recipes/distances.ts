import type { Comparison } from '../../../core/image/types.ts';
import type { Recipe } from '../../../core/recipe.ts';
import type { RecipeCase } from './recipe-case.ts';

/**
 * How far we may be from Pillow, in levels of 0..255. What is not here is equal in every sample: enlarging, cropping,
 * padding, edits of opaque pictures and of cut-outs, rotations by quarters.
 */
export const DISTANCES = {
  /** libvips shrinks by whole numbers to twice the size, and Lanczos does the rest. Icons of 7×7 px shrunk to a pixel or two are worst. */
  shrunk: { mean: 16, most: 40 },
  /** Of half-transparent colours: ours have been rounded on their background. */
  softlyEdited: { mean: 1, most: 4 },
  /** Pillow's reference is a picture of eight times the size, in which edges lie at eighths of a pixel. */
  rotated: { mean: 1.5, most: 6 },
  /** Of the means of a summary, that are rounded to whole levels. */
  rounding: 1,
} as const;

/** How far a measure may be from scikit-image's. */
const MEASURE_DISTANCES = {
  ssim: 1e-6,
  psnrDb: 1e-4,
  /** Scaling back up has 15 bits, and rounds half a level differently at one of some hundred samples. */
  scaledSsim: 2e-3,
  scaledRms: 0.2,
  /** libheif and libavif convert to RGB differently: by a level, which shows where there is hardly any loss. */
  avifSsim: 2e-3,
  avifRms: 0.7,
} as const;

type Measure = 'encode' | 'detail' | 'enhance';

/** How a measure of ours differs from scikit-image's, as a sentence; undefined where it does not. */
export function measureDiffers(
  name: Measure,
  ours: Comparison | null,
  theirs: Comparison | null,
  { output }: Recipe,
): string | undefined {
  if (ours === null || theirs === null) return undefined;
  const isNear = name === 'encode' && output.format === 'avif' ? isNearAs('avif') : isNearAs(name);
  if (isNear(ours, theirs)) return undefined;
  return `${name}: ${JSON.stringify(ours)}, where scikit-image has ${JSON.stringify(theirs)}`;
}

function isNearAs(kind: Measure | 'avif'): (a: Comparison, b: Comparison) => boolean {
  if (kind === 'avif' || kind === 'detail') {
    const { avifSsim, avifRms, scaledSsim, scaledRms } = MEASURE_DISTANCES;
    const [ssim, rms] = kind === 'avif' ? [avifSsim, avifRms] : [scaledSsim, scaledRms];
    return (a, b) => isWithin(a.ssim, b.ssim, ssim) && Math.abs(rmsOf(a) - rmsOf(b)) <= rms;
  }
  const { ssim, psnrDb } = MEASURE_DISTANCES;
  return (a, b) =>
    a.identical === b.identical && isWithin(a.ssim, b.ssim, ssim) && isWithin(a.psnrDb, b.psnrDb, psnrDb);
}

function isWithin(a: number | null, b: number | null, distance: number): boolean {
  return a === null || b === null ? a === b : Math.abs(a - b) <= distance;
}

/** The root of the mean square error, in levels. */
function rmsOf({ psnrDb }: Comparison): number {
  return psnrDb === null ? 0 : 255 * 10 ** (-psnrDb / 20);
}

/** Whether Pillow's edits see other colours than ours. */
export function isSoftlyEdited({ opacity, recipe }: RecipeCase): boolean {
  const { enhance, filters } = recipe;
  return opacity === 'soft' && (filters.length > 0 || Object.values(enhance).some((factor) => factor !== 1));
}
