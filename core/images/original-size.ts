import { type Recipe, recipeSchema } from '../recipe.ts';

/** A recipe for work that keeps the size of the original: it takes the memory of such a picture. */
export function originalSizeRecipe(background: string | undefined): Recipe {
  return recipeSchema.parse({ resize: { ratio: 1, background }, rotations: [], measure: { detail: false } });
}
