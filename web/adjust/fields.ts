import type { Recipe } from '../../core/recipe.ts';

/** What each group of settings needs. */
export interface FieldsProps {
  recipe: Recipe;
  /** Where a reset of one setting leads. */
  start: Recipe;
  onChange(recipe: Recipe): void;
}
