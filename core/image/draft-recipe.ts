import type { Recipe } from '../recipe.ts';
import { planResize, type Size } from './geometry.ts';

/**
 * The recipe that does to a view what `recipe` does to the original. What would be larger than the view gets the
 * size of the view.
 *
 * @param original upright
 */
export function draftRecipe(recipe: Recipe, original: Size, view: Size): Recipe {
  const { resize } = recipe;
  const { canvas } = planResize(original, resize);
  const shrink = Math.min(1, longest(view) / longest(canvas));
  const drafted =
    'ratio' in resize
      ? { ...resize, ratio: Math.min(1, (shrink * resize.ratio * longest(original)) / longest(view)) }
      : { ...resize, widthPx: scaled(resize.widthPx, shrink), heightPx: scaled(resize.heightPx, shrink) };
  return { ...recipe, resize: drafted, rotations: [], measure: { detail: false }, animated: 'first' };
}

function longest({ widthPx, heightPx }: Size): number {
  return Math.max(widthPx, heightPx);
}

function scaled(lengthPx: number, factor: number): number {
  return Math.max(1, Math.round(lengthPx * factor));
}
