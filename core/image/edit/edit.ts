import type { Recipe } from '../../recipe.ts';
import { type Pixels, release } from '../pixels.ts';
import { enhancePixels } from './enhance.ts';
import { applyFilters } from './filters.ts';

/**
 * The enhancement, then the filters. The content is left as it is, and returned itself where nothing is asked for;
 * what lies between it and the result is let go of, so that there are never more than three pictures.
 */
export async function editPixels(
  content: Pixels,
  { enhance, filters }: Pick<Recipe, 'enhance' | 'filters'>,
): Promise<Pixels> {
  let edited = enhancePixels(content, enhance);
  for (const filter of filters) {
    const filtered = await applyFilters(edited, [filter]);
    if (edited !== filtered && edited !== content) await release(edited);
    edited = filtered;
  }
  return edited;
}
