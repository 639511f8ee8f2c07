import type { Recipe } from '../recipe.ts';
import { startDeadline } from './deadline.ts';
import { orientPixels, resizePixels } from './edit/resize.ts';
import { oriented, within } from './geometry.ts';
import { fromPixels } from './pixels.ts';
import { planWork } from './plan-work.ts';
import { decodeStored } from './source/decode.ts';
import type { ImageLimits, ImageTools, Preview } from './types.ts';

/** Longest side of a view in pixels: it fills a screen, and a phone loads it quickly. */
const LONGEST_SIDE_PX = 1600;
const WEBP = { quality: 82, effort: 2 } as const;

/**
 * A large preview of an original: its first frame, at most 1600 px, upright, in sRGB and without metadata, as WebP. A
 * smaller original keeps its size.
 *
 * @param recipe at the size of the original; of it, the background and the estimate of memory count
 * @throws PermanentError when the input can't be decoded, ever
 */
export async function showImage(
  bytes: Buffer,
  recipe: Recipe,
  limits: ImageLimits,
  tools: ImageTools = {},
): Promise<Preview> {
  const deadline = startDeadline(limits.timeoutMs);
  const { background } = recipe.resize;
  const { inspection } = await planWork(bytes, recipe, limits, tools);
  const {
    warnings: _,
    alpha: __,
    ...opaque
  } = await decodeStored({ bytes, tools, inspection, background, deadline });
  const size = within(opaque, LONGEST_SIDE_PX);
  const { orientation } = inspection.info;
  const upright = await orientPixels(await resizePixels(opaque, size), orientation);
  deadline.check();
  return { ...oriented(size, orientation), bytes: await fromPixels(upright).webp(WEBP).toBuffer() };
}
