import type { ImageLimits } from '../../../core/image/types.ts';
import type { Recipe } from '../../../core/recipe.ts';
import { type Outcome, tryImage } from './try-image.ts';

/** What {@link ImageProcess} asks of this process. */
export interface Request {
  bytes: Uint8Array;
  recipe: Recipe;
  limits: ImageLimits;
}

export interface Reply {
  outcome: Outcome;
  ms: number;
  /** The largest resident set of this process so far. */
  peakRssBytes: number;
}

const KIBIBYTE = 1024;

process.on('message', async ({ bytes, recipe, limits }: Request) => {
  const startedAt = performance.now();
  const outcome = await tryImage(Buffer.from(bytes), recipe, limits);
  const reply: Reply = {
    outcome,
    ms: performance.now() - startedAt,
    peakRssBytes: process.resourceUsage().maxRSS * KIBIBYTE,
  };
  process.send?.(reply);
});
