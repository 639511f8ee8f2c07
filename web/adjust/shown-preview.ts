import type { Recipe } from '../../core/recipe.ts';

/** What stands in the place of the result while a recipe is tried. */
export interface ShownPreview {
  /** Of a blob. */
  url: string;
  /** What it is: a draft or the exact version. */
  name: string;
  /** Of what the recipe makes; a draft may have fewer pixels. */
  widthPx: number;
  heightPx: number;
  /** Null for a draft: the file will have another size. */
  bytes: number | null;
  resize: Recipe['resize'];
}
