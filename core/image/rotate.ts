import type { Recipe } from '../recipe.ts';
import { openIntermediate } from './intermediate.ts';
import { checkEncodable, encoded, fixedEncoding } from './output/encode.ts';
import { rotateFrames } from './process-animation.ts';
import type { EncodedImage, Encoding } from './types.ts';

/**
 * Turns the intermediate clockwise and encodes it as the recipe says. Multiples of 90 move pixels and change none;
 * other angles interpolate (bilinear) on a canvas that is large enough, its corners in the recipe's background.
 *
 * @param degrees whole, 1..360
 * @param chosen what the search found, where the recipe names a target and no quality
 * @throws PermanentError `IMAGE_TOO_LARGE` when the format can't hold the larger canvas
 */
export async function rotateImage(
  work: Buffer,
  degrees: number,
  recipe: Recipe,
  chosen?: Encoding,
): Promise<EncodedImage> {
  const encoding = chosen ?? encodingOf(recipe);
  const pipeline = openIntermediate(work, recipe.metadata.keep !== 'none');
  const { width, height, pages = 1 } = await pipeline.metadata();
  const size = rotatedSize(width, height, degrees);
  checkEncodable(size, encoding.format);
  if (pages > 1) return rotateFrames(work, degrees, recipe.resize.background, encoding);
  return encoded(pipeline.rotate(degrees, { background: recipe.resize.background }), encoding, size);
}

function encodingOf({ output }: Recipe): Encoding {
  if ('quality' in output) return fixedEncoding(output);
  throw new TypeError('expected what the search found, for a recipe that names a target');
}

/** What sines and cosines are off, times the largest side. */
const ROUNDING = 1e-6;

/** Rounded up, as libvips does it; a quarter turn is exact. */
function rotatedSize(
  widthPx: number,
  heightPx: number,
  degrees: number,
): { widthPx: number; heightPx: number } {
  const radians = (degrees * Math.PI) / 180;
  const [cos, sin] = [Math.abs(Math.cos(radians)), Math.abs(Math.sin(radians))];
  return {
    widthPx: Math.ceil(widthPx * cos + heightPx * sin - ROUNDING),
    heightPx: Math.ceil(widthPx * sin + heightPx * cos - ROUNDING),
  };
}
