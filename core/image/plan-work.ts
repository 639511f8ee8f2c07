import type { Recipe } from '../recipe.ts';
import { type Plan, planResize, type Size } from './geometry.ts';
import { openMaster } from './master.ts';
import { estimateMemory, estimatePartMemory } from './memory-estimate.ts';
import { checkEncodable } from './output/encode.ts';
import { checkTargetEncodable } from './output/search-encoding.ts';
import type { PicturePart } from './parts.ts';
import { type Inspection, inspect } from './source/inspect.ts';
import { checkMemory } from './source/size-limits.ts';
import type { ImageInfo, ImageLimits, ImageTools } from './types.ts';

/** What will be done to an image, decided from its header. */
export interface WorkPlan {
  inspection: Inspection;
  plan: Plan;
  /** Whether all frames are kept. */
  isAnimated: boolean;
  /** The most memory that the work takes, beside what an idle process has. */
  memoryBytes: number;
}

/**
 * Reads the header of an image and decides what will be done. Nothing is decoded.
 *
 * @throws PermanentError when the image can't be processed, ever: `IMAGE_TOO_LARGE` also where the work would take more
 * memory than there is, or the format can't hold the result
 */
export async function planWork(
  bytes: Buffer,
  recipe: Recipe,
  limits: ImageLimits,
  tools: ImageTools = {},
): Promise<WorkPlan> {
  const inspection = await inspect(bytes, limits, tools);
  const { info } = inspection;
  const plan = planResize(info, recipe.resize);
  checkOutput(plan.canvas, recipe);
  const isAnimated = isKeptAnimation(info, recipe);
  const memoryBytes = estimateMemory(inspection, { plan, recipe, isAnimated });
  checkMemory(memoryBytes, limits);
  return { inspection, plan, isAnimated, memoryBytes };
}

/** @throws PermanentError `IMAGE_TOO_LARGE` when the format can't hold the result */
function checkOutput(canvas: Size, { output }: Recipe): void {
  if ('quality' in output) checkEncodable(canvas, output.format);
  else checkTargetEncodable(canvas, output);
}

/** Whether all frames are asked for, and there is more than one. Pages of a TIFF are no frames. */
function isKeptAnimation({ format, pages }: ImageInfo, { animated }: Recipe): boolean {
  return animated === 'keep' && pages > 1 && (format === 'gif' || format === 'webp');
}

/** The memory that a part of an intermediate takes at its peak, in bytes; only the header is read. */
export async function partMemory(intermediate: Buffer, part: PicturePart, recipe: Recipe): Promise<number> {
  const { size, playback } = openMaster(intermediate);
  return intermediate.length + estimatePartMemory(size, playback?.frames ?? 1, part, recipe);
}
