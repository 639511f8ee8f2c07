import type { Filter, Recipe } from '../../recipe.ts';
import { type Pixels, release } from '../pixels.ts';
import { enhancePixels } from './enhance.ts';
import { autocontrast, grayscale, sepia } from './point-filters.ts';
import { editVisible } from './visible.ts';
import { blur, denoise, sharpen } from './window-filters.ts';

/**
 * The filters but `blur`. Each takes pixels and leaves them unchanged. `grayscale` (ImageOps.grayscale), `autocontrast`
 * (ImageOps.autocontrast without a cutoff), `smooth` and `sharpen` (ImageFilter.SMOOTH and SHARPEN) give Pillow's
 * result in every sample.
 */
const FILTERS: Record<Exclude<Filter, 'blur'>, (pixels: Pixels) => Pixels | Promise<Pixels>> = {
  grayscale,
  sepia,
  // Pillow's sharpness is a blend with this picture, so sharpness 0 is the picture itself.
  smooth: (pixels) => enhancePixels(pixels, { sharpness: 0, brightness: 1, contrast: 1, color: 1 }),
  sharpen,
  autocontrast,
  denoise,
};

/** The filters that make a pixel from those around it, too. */
const NEIGHBOUR_FILTERS: ReadonlySet<Filter> = new Set(['smooth', 'sharpen', 'denoise']);

type Edits = Pick<Recipe, 'enhance' | 'filters' | 'resize'>;

/**
 * Applies the enhancement, then the filters in the order of the recipe. The content stays unchanged, and is returned
 * itself where the recipe changes nothing. Pictures in between are released, so at most three exist at a time; of
 * transparent content, four.
 *
 * Only what is visible is edited: where the content is transparent, the background stays as it is.
 */
export async function editPixels(content: Pixels, recipe: Edits): Promise<Pixels> {
  let edited = content;
  for (const edit of editsOf(recipe)) {
    const next = await edit(edited);
    if (edited !== next && edited !== content) await release(withoutAlpha(edited));
    edited = next;
  }
  return edited === content ? content : withoutAlpha(edited);
}

function editsOf({ enhance, filters, resize }: Edits): ((pixels: Pixels) => Promise<Pixels>)[] {
  const { background } = resize;
  return [
    (pixels) =>
      editVisible(pixels, background, (visible) => enhancePixels(visible, enhance), enhance.sharpness !== 1),
    ...filters.map(
      (filter) => (pixels: Pixels) =>
        // Blurring a blended picture and its opacity is the same as blurring the picture behind it.
        filter === 'blur'
          ? blur(pixels)
          : editVisible(pixels, background, FILTERS[filter], NEIGHBOUR_FILTERS.has(filter)),
    ),
  ];
}

/** Pictures before and after an edit share their opacity, so it is not released with them. */
function withoutAlpha({ data, widthPx, heightPx }: Pixels): Pixels {
  return { data, widthPx, heightPx };
}
