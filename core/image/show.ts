import { recipeSchema } from '../recipe.ts';
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

/** A view takes no more memory than this recipe, whose picture keeps the size of the original. */
const RECIPE_OF_SIZE = recipeSchema.parse({
  resize: { ratio: 1 },
  rotations: [],
  measure: { detail: false },
});

/**
 * A large preview of an original: its first frame, at most 1600 px, upright, in sRGB and without metadata, as WebP. A
 * smaller original keeps its size.
 *
 * @param background under transparent areas, as `#rrggbb`
 * @throws PermanentError when the input can't be decoded, ever
 */
export async function showImage(
  bytes: Buffer,
  background: string,
  limits: ImageLimits,
  tools: ImageTools = {},
): Promise<Preview> {
  const deadline = startDeadline(limits.timeoutMs);
  const { inspection } = await planWork(bytes, RECIPE_OF_SIZE, limits, tools);
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
