import { isDeepStrictEqual } from 'node:util';
import type { NamedRecipe } from '../recipe.ts';
import type { ImageRecord } from './record.ts';

/**
 * What has to be done so that an input is processed by a recipe:
 * - `upload`: the catalog does not know it.
 * - `wait`: its run has not ended.
 * - `publish`: its run is COMPLETE by that recipe; its end may still have to be published.
 * - `redrive`: its run by that recipe FAILED.
 * - `reprocess`: it needs another run.
 */
export type NextStep = 'upload' | 'wait' | 'publish' | 'redrive' | 'reprocess';

/** @param known the input's record in the catalog, where it has one */
export function nextStep(known: ImageRecord | undefined, recipe: NamedRecipe): NextStep {
  switch (known?.state) {
    case undefined:
      return 'upload';
    case 'RECEIVED':
    case 'PROCESSING':
    case 'FANNED_OUT':
      return 'wait';
    case 'COMPLETE':
      return isMadeBy(known, recipe) ? 'publish' : 'reprocess';
    case 'FAILED':
      return isMadeBy(known, recipe) ? 'redrive' : 'reprocess';
    // The file may be rejected for a limit that has changed. A deleted image refuses another run.
    case 'REJECTED':
    case 'DELETED':
      return 'reprocess';
  }
}

/** Whether the current run is by that recipe. One that ended before it had a recipe stands for any. */
export function isMadeBy({ recipe }: ImageRecord, wanted: NamedRecipe): boolean {
  return recipe === undefined || isDeepStrictEqual(recipe, wanted);
}
