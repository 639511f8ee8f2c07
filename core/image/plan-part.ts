import type { Recipe } from '../recipe.ts';
import { openMaster } from './master.ts';
import { estimatePartMemory } from './memory-estimate.ts';
import type { PartSpec } from './parts.ts';

/** The memory that a part of an intermediate takes at its peak, in bytes; only the header is read. */
export async function partMemory(intermediate: Buffer, part: PartSpec, recipe: Recipe): Promise<number> {
  const { size, playback } = openMaster(intermediate);
  return intermediate.length + estimatePartMemory(size, playback?.frames ?? 1, part, recipe);
}
