import { recipeBook } from '../../../core/recipe.ts';
import { type Settings, settingsSchema } from '../../../core/settings.ts';

/** The values of a deployment on AWS, so that the simulated races are the real ones. */
export const VISIBILITY_MS = 360_000;
export const MAX_RECEIVES = 5;

/** Lambda ends an invocation that runs longer. */
export const MAX_WORK_MS = 900_000;

export const SETTINGS: Settings = {
  ...settingsSchema.parse({
    sourceBucket: 'source',
    processedBucket: 'outputs',
    limits: { maxBytes: 1000, maxPixels: 1e6, maxPages: 10, maxMemoryBytes: 1e9, timeoutMs: 30_000 },
    maxStarts: 3,
    maxStartMs: 60_000,
    stuckAfterMs: 2_400_000,
    maxRepairs: 5,
    labels: 'fast',
  }),
  // An hour and a bit, so that worlds of a day see images purged, restored and trashed again.
  trashDays: 0.05,
  recipes: recipeBook(
    {
      'one-rotation': { rotations: [90] },
      'no-rotation': { rotations: [] },
      labelled: { rotations: [90], labels: {} },
      'labels-alone': { rotations: [], labels: {} },
    },
    'fast',
  ),
};
