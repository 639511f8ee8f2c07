import { findRecipe, type NamedRecipe, OWN_RECIPE_NAME, type Recipe, type RecipeBook } from '../recipe.ts';

/** A recipe of the deployment by its name, or one that came with the request. */
export function namedRecipe(recipes: RecipeBook, recipe: string | Recipe): NamedRecipe {
  return typeof recipe === 'string' ? findRecipe(recipes, recipe) : { name: OWN_RECIPE_NAME, recipe };
}
