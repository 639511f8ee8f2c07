import { FILTERS, type Filter, type Recipe, type RecipeInput, recipeSchema } from '../../../core/recipe.ts';
import type { Random } from '../simulated/random.ts';

/** Sides around the windows of filters and comparisons, and some that are larger. */
const SIDES = [1, 2, 3, 6, 7, 8, 16, 31, 48, 64] as const;
const BACKGROUNDS = ['#ffffff', '#000000', '#5a646e', '#c81e28'] as const;
const FACTORS = ['brightness', 'contrast', 'color', 'sharpness'] as const;

/** How transparent a picture is, which decides what Pillow can edit as we do. */
export type Opacity = 'opaque' | 'hard' | 'soft';

/** Filters that make each pixel from itself, without statistics. */
const POINT_FILTERS: readonly Filter[] = ['grayscale', 'sepia'];

/** A recipe of which every part is drawn. At least one rotation is heavy, so that there is an intermediate. */
export function randomRecipe(random: Random, opacity: Opacity): Recipe {
  const edited = random.chance(0.55);
  // Pillow has no edit of a transparent picture that is resized, too: our edits see colours, and resizing mixes them.
  const resize = opacity !== 'opaque' && edited ? { ratio: 1 } : randomResize(random);
  const input: RecipeInput = {
    resize: { ...resize, background: random.pick(BACKGROUNDS) } as RecipeInput['resize'],
    output: randomOutput(random),
    rotations: randomRotations(random),
    metadata: { keep: random.pick(['none', 'copyright', 'all']) },
    ...(edited ? randomEdits(random, opacity) : {}),
  };
  return recipeSchema.parse(input);
}

function randomResize(random: Random): object {
  if (random.chance(0.3)) return { ratio: random.pick([1, 1, 0.05, 0.33, 0.5, 0.77]) };
  return {
    widthPx: random.pick(SIDES),
    heightPx: random.pick(SIDES),
    fit: random.pick(['contain', 'cover', 'inside']),
  };
}

function randomOutput(random: Random): RecipeInput['output'] {
  const format = random.weighted({ png: 12, jpeg: 3, webp: 2, avif: 1, gif: 1 });
  return { format, quality: random.int(80, 100) };
}

function randomRotations(random: Random): number[] {
  const heavy = random.chance(0.6) ? random.pick([90, 180, 270]) : random.int(1, 359);
  const other = random.pick([360, random.int(1, 359)]);
  return [...new Set([heavy, other])];
}

function randomEdits(random: Random, opacity: Opacity): RecipeInput {
  const factors = opacity === 'opaque' ? FACTORS : (['brightness', 'color', 'contrast'] as const);
  const usable = opacity === 'soft' ? factors.filter((name) => name !== 'contrast') : factors;
  const filters =
    opacity === 'opaque'
      ? FILTERS
      : opacity === 'hard'
        ? [...POINT_FILTERS, 'autocontrast' as const]
        : POINT_FILTERS;
  const enhance = usable
    .filter(() => random.chance(0.5))
    .map((name) => [name, random.pick([0, 0.4, 0.95, 1.05, 1.2, 1.7, 3])] as const);
  return {
    enhance: Object.fromEntries(enhance),
    filters: Array.from({ length: random.int(0, 2) }, () => random.pick(filters)),
  };
}
