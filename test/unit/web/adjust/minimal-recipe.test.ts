import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FILTERS, type RecipeInput, recipeBook, recipeSchema } from '../../../../core/recipe.ts';
import {
  configurationOf,
  DEFAULTS,
  isSameRecipe,
  minimalRecipe,
} from '../../../../web/adjust/minimal-recipe.ts';

const factor = fc.double({ min: 0, max: 3, noNaN: true });
const background = fc.constantFrom('#ffffff', '#000000');
const sidePx = fc.integer({ min: 1, max: 16_384 });
const fit = fc.constantFrom('contain' as const, 'cover' as const, 'inside' as const);
const format = fc.constantFrom('jpeg' as const, 'webp' as const, 'avif' as const);

const recipes: fc.Arbitrary<RecipeInput> = fc.record({
  resize: fc.oneof(
    fc.record({ widthPx: sidePx, heightPx: sidePx, fit, background }),
    fc.record({ widthPx: fc.constant(256), heightPx: fc.constant(256), fit, background }),
    fc.record({ ratio: fc.double({ min: 0.05, max: 1, noNaN: true }), background }),
  ),
  enhance: fc.record({ brightness: factor, color: factor }),
  filters: fc.array(fc.constantFrom(...FILTERS), { maxLength: 3 }),
  output: fc.oneof(
    fc.record({ format, quality: fc.integer({ min: 1, max: 100 }) }),
    fc.record({ format, targetQuality: fc.integer({ min: 0, max: 100 }) }),
    fc.record({ format: fc.constant('auto' as const), targetSsim: fc.constant(0.9) }),
  ),
  rotations: fc.constantFrom([], [90], [90, 180, 270, 360]),
  measure: fc.record({ detail: fc.boolean() }),
  metadata: fc.record({ keep: fc.constantFrom('none' as const, 'all' as const) }),
});

describe('the shortest recipe', () => {
  it('is empty for the defaults of the schema', () => {
    expect(DEFAULTS).toEqual(recipeSchema.parse({}));
    expect(minimalRecipe(DEFAULTS)).toEqual({});
  });

  it('means the same as the whole', () => {
    fc.assert(
      fc.property(recipes, (input) => {
        const recipe = recipeSchema.parse(input);
        expect(recipeSchema.parse(minimalRecipe(recipe))).toEqual(recipe);
      }),
    );
  });

  it('holds only what differs', () => {
    const recipe = recipeSchema.parse({ enhance: { color: 1.1 }, output: { format: 'webp', quality: 90 } });
    expect(minimalRecipe(recipe)).toEqual({ enhance: { color: 1.1 }, output: { format: 'webp' } });
  });

  it('tells recipes apart, whatever the order of their fields', () => {
    const parsed = recipeSchema.parse({ resize: { heightPx: 300, widthPx: 200 } });
    const turned = {
      ...parsed,
      resize: { background: '#ffffff', fit: 'contain' as const, widthPx: 200, heightPx: 300 },
    };
    expect(isSameRecipe(parsed, turned)).toBe(true);
    expect(isSameRecipe(parsed, { ...turned, filters: ['blur'] })).toBe(false);
  });

  it('is a configuration that Darkroom takes', () => {
    const recipe = recipeSchema.parse({ resize: { ratio: 0.5 }, filters: ['sepia'] });
    const { recipes: own } = JSON.parse(configurationOf('mine', recipe));
    expect(recipeBook(own).get('mine')).toEqual(recipe);
  });
});
