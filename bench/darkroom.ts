import { readFileSync } from 'node:fs';
import { sharpImaging } from '../core/image/imaging.ts';
import { isHeavy, picturesOf } from '../core/image/parts.ts';
import type { ImageLimits, ProcessedImage } from '../core/image/types.ts';
import { findRecipe, type Recipe, recipeBook } from '../core/recipe.ts';

const LIMITS: ImageLimits = {
  maxBytes: 1e9,
  maxPixels: 1e9,
  maxPages: 100,
  maxMemoryBytes: 1e12,
  timeoutMs: 600_000,
};

/** The default recipe. Its full rotation is a copy of the processed picture, and costs nothing. */
const { recipe } = findRecipe(recipeBook(), 'augment');

/** Makes all parts of one image, as the functions do; in a file of its own, so that it can run as a whole process. */
export async function processFile(path: string, detail: boolean): Promise<ProcessedImage> {
  const asked: Recipe = { ...recipe, measure: { detail } };
  const processed = await sharpImaging.process(readFileSync(path), asked, LIMITS);
  const { intermediate } = processed;
  const heavy = picturesOf(asked).filter(isHeavy);
  if (intermediate)
    await Promise.all(heavy.map((part) => sharpImaging.render(intermediate, part, asked, LIMITS)));
  return processed;
}

if (import.meta.main) {
  const [path = '', detail = 'true'] = process.argv.slice(2);
  await processFile(path, detail === 'true');
}
