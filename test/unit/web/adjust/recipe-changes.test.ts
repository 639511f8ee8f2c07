import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FILTERS, type Recipe, recipeSchema } from '../../../../core/recipe.ts';
import {
  FIXED_FORMATS,
  GOALS,
  goalOf,
  TARGET_FORMATS,
  withBox,
  withFilter,
  withFormat,
  withGoal,
  withRatio,
} from '../../../../web/adjust/recipe-changes.ts';

const formatsOf = ({ output }: Recipe) => ('quality' in output ? FIXED_FORMATS : TARGET_FORMATS);

/** Anything that a person can do in the panel. */
const steps = fc.array(
  fc.oneof(
    fc.constantFrom(...GOALS).map((goal) => (recipe: Recipe) => withGoal(recipe, goal)),
    fc.nat(4).map((at) => (recipe: Recipe) => {
      const formats = formatsOf(recipe);
      return withFormat(recipe, formats[at % formats.length] ?? 'jpeg');
    }),
    fc.integer({ min: 100, max: 2000 }).map((widthPx) => (recipe: Recipe) => withBox(recipe, { widthPx })),
    fc.constant((recipe: Recipe) => withRatio(recipe, 0.35)),
    fc.constantFrom(...FILTERS).map((filter) => (recipe: Recipe) => withFilter(recipe, filter)),
  ),
);

describe('the changes of a recipe', () => {
  it('always make a recipe that the API takes', () => {
    const starts = [
      {},
      { animated: 'keep', output: { format: 'gif' } },
      { output: { format: 'auto', allow: ['webp'], targetQuality: 80 } },
    ].map((input) => recipeSchema.parse(input));
    fc.assert(
      fc.property(fc.constantFrom(...starts), steps, (start, changes) => {
        const changed = changes.reduce((recipe, change) => change(recipe), start);
        expect(recipeSchema.parse(changed)).toEqual(changed);
      }),
    );
  });

  it('keep the format where the new goal admits it', () => {
    const webp = recipeSchema.parse({ output: { format: 'webp', quality: 70 } });
    expect(withGoal(webp, 'targetQuality').output).toEqual({ format: 'webp', targetQuality: 80 });
    const png = recipeSchema.parse({ output: { format: 'png' } });
    expect(withGoal(png, 'targetSsim').output).toEqual({ format: 'auto', targetSsim: 0.95 });
    expect(withGoal(withGoal(png, 'targetSsim'), 'quality').output).toEqual({ format: 'jpeg', quality: 90 });
  });

  it('say what the encoder aims at', () => {
    expect(goalOf(recipeSchema.parse({}).output)).toEqual({ goal: 'quality', value: 90 });
    expect(goalOf({ format: 'auto', targetSsim: 0.9 })).toEqual({ goal: 'targetSsim', value: 0.9 });
  });

  it('apply filters in the order in which they were chosen', () => {
    const chosen = (['sepia', 'blur', 'sharpen', 'blur'] as const).reduce(withFilter, recipeSchema.parse({}));
    expect(chosen.filters).toEqual(['sepia', 'sharpen']);
  });
});
