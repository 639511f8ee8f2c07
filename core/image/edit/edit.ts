import type { Filter, Recipe } from '../../recipe.ts';
import { type Pixels, release } from '../pixels.ts';
import { enhancePixels } from './enhance.ts';
import { autocontrast, grayscale, sepia } from './point-filters.ts';
import { blur, denoise, sharpen } from './window-filters.ts';

/**
 * Each filter takes pixels and leaves them unchanged. `grayscale` (ImageOps.grayscale), `autocontrast`
 * (ImageOps.autocontrast without a cutoff), `smooth` and `sharpen` (ImageFilter.SMOOTH and SHARPEN) give Pillow's
 * result in every sample.
 */
const FILTERS: Record<Filter, (pixels: Pixels) => Pixels | Promise<Pixels>> = {
  grayscale,
  sepia,
  blur,
  // Pillow's sharpness is a blend with this picture, so sharpness 0 is the picture itself.
  smooth: (pixels) => enhancePixels(pixels, { sharpness: 0, brightness: 1, contrast: 1, color: 1 }),
  sharpen,
  autocontrast,
  denoise,
};

/**
 * Applies the enhancement, then the filters in the order of the recipe. The content stays unchanged, and is returned
 * itself where the recipe changes nothing. Pictures in between are released, so at most three exist at a time.
 */
export async function editPixels(
  content: Pixels,
  { enhance, filters }: Pick<Recipe, 'enhance' | 'filters'>,
): Promise<Pixels> {
  let edited = enhancePixels(content, enhance);
  for (const filter of filters) {
    const filtered = await FILTERS[filter](edited);
    if (edited !== filtered && edited !== content) await release(edited);
    edited = filtered;
  }
  return edited;
}
