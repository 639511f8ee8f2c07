import { findRecipe, type NamedRecipe, OWN_RECIPE_NAME, type Recipe, withLabels } from '../recipe.ts';
import type { Settings } from '../settings.ts';

/** A recipe of the deployment by its name, or one that came with the request. */
export function namedRecipe({ recipes, labels }: Settings, recipe: string | Recipe): NamedRecipe {
  if (typeof recipe === 'string') return findRecipe(recipes, recipe);
  return { name: OWN_RECIPE_NAME, recipe: withLabels(recipe, labels, 'recipe.') };
}
