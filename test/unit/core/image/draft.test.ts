import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { draftRecipe } from '../../../../core/image/draft-recipe.ts';
import { planResize } from '../../../../core/image/geometry.ts';
import { sharpImaging } from '../../../../core/image/imaging.ts';
import { recipeSchema } from '../../../../core/recipe.ts';

const LIMITS = { maxBytes: 1e8, maxPixels: 2e8, maxPages: 200, maxMemoryBytes: 2e9, timeoutMs: 60_000 };
const SAMPLES = join(import.meta.dirname, '..', '..', '..', '..', 'samples');
const ORIGINAL = { widthPx: 6000, heightPx: 4000 };
const VIEW = { widthPx: 1600, heightPx: 1067 };

describe('a draft', () => {
  it('is the picture that a run makes of the same bytes, without the score', async () => {
    const whole = recipeSchema.parse({ resize: { ratio: 1 }, rotations: [], measure: { detail: false } });
    const sample = readFileSync(join(SAMPLES, 'chelsea.jpg'));
    const view = await sharpImaging.show(sample, whole, LIMITS);
    for (const resize of [
      { ratio: 0.7 },
      { widthPx: 300, heightPx: 300 },
      { widthPx: 90, heightPx: 200, fit: 'cover' as const },
    ]) {
      const recipe = recipeSchema.parse({ ...whole, resize, enhance: { color: 1.4 }, filters: ['sharpen'] });
      const run = await sharpImaging.process(view.bytes, recipe, LIMITS);
      const { processed, quality } = await sharpImaging.draft(view.bytes, recipe, LIMITS);
      expect(processed).toEqual(run.processed);
      expect(quality).toEqual({
        encode: { ...run.quality.encode, ssimulacra2: null },
        enhance: run.quality.enhance,
        detail: null,
      });
    }
  });

  it.each([
    ['a ratio under the view', { ratio: 0.1 }, { widthPx: 600, heightPx: 400 }],
    ['a ratio over the view', { ratio: 0.5 }, VIEW],
    ['a small box', { widthPx: 256, heightPx: 256 }, { widthPx: 256, heightPx: 256 }],
    ['a box that enlarges', { widthPx: 16_000, heightPx: 8000 }, { widthPx: 1600, heightPx: 800 }],
    ['a box inside which a picture keeps its size', { widthPx: 9000, heightPx: 9000, fit: 'inside' }, VIEW],
  ])('of %s is no larger than the view', (_, resize, expected) => {
    const recipe = recipeSchema.parse({ resize });
    expect(planResize(VIEW, draftRecipe(recipe, ORIGINAL, VIEW).resize).canvas).toEqual(expected);
  });
});
