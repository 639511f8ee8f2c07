import type { Filter, Recipe } from '../../core/recipe.ts';

type Box = Extract<Recipe['resize'], { fit: string }>;
type Output = Recipe['output'];

/** What the encoder aims at: a quality of its own scale, or the smallest file that is good enough. */
export const GOALS = ['quality', 'targetQuality', 'targetSsim'] as const;
export type Goal = (typeof GOALS)[number];

/** Where a goal begins that the recipe does not have. 80 is very high quality, and so is an SSIM of .95. */
const FIRST: Readonly<Record<Goal, number>> = { quality: 90, targetQuality: 80, targetSsim: 0.95 };
const BOX: Box = { widthPx: 256, heightPx: 256, fit: 'contain', background: '#ffffff' };

export const FIXED_FORMATS = ['jpeg', 'webp', 'avif', 'png', 'gif'] as const;
export const TARGET_FORMATS = ['auto', 'jpeg', 'webp', 'avif'] as const;

export function goalOf(output: Output): { goal: Goal; value: number } {
  if ('targetQuality' in output) return { goal: 'targetQuality', value: output.targetQuality };
  if ('targetSsim' in output) return { goal: 'targetSsim', value: output.targetSsim };
  return { goal: 'quality', value: output.quality };
}

/** PNG and GIF lose nothing that a quality could say. */
export function hasQuality({ format }: Output): boolean {
  return format !== 'png' && format !== 'gif';
}

export function withGoal(recipe: Recipe, goal: Goal, value = FIRST[goal]): Recipe {
  const { format } = recipe.output;
  const allow = 'allow' in recipe.output ? recipe.output.allow : undefined;
  if (goal === 'quality')
    return checked(recipe, { format: format === 'auto' ? 'jpeg' : format, quality: value });
  const lossy = format === 'png' || format === 'gif' ? 'auto' : format;
  const kept = { format: lossy, ...(lossy === 'auto' && allow ? { allow } : {}) };
  return checked(
    recipe,
    goal === 'targetSsim' ? { ...kept, targetSsim: value } : { ...kept, targetQuality: value },
  );
}

/** @param format one that the goal of the recipe admits */
export function withFormat(recipe: Recipe, format: string): Recipe {
  const output = { ...recipe.output, format } as Output;
  if ('allow' in output && format !== 'auto') delete output.allow;
  return checked(recipe, output);
}

export function withBox(recipe: Recipe, change: Partial<Box>): Recipe {
  const box = 'ratio' in recipe.resize ? { ...BOX, background: recipe.resize.background } : recipe.resize;
  return { ...recipe, resize: { ...box, ...change } };
}

export function withRatio(recipe: Recipe, ratio: number): Recipe {
  return { ...recipe, resize: { ratio, background: recipe.resize.background } };
}

/** A filter is applied after those that were chosen before it. */
export function withFilter(recipe: Recipe, filter: Filter): Recipe {
  const rest = recipe.filters.filter((each) => each !== filter);
  return { ...recipe, filters: rest.length < recipe.filters.length ? rest : [...rest, filter] };
}

/** An animation is kept only by what can hold one. */
function checked(recipe: Recipe, output: Output): Recipe {
  const holdsFrames = 'quality' in output && (output.format === 'gif' || output.format === 'webp');
  return { ...recipe, output, animated: holdsFrames ? recipe.animated : 'first' };
}
