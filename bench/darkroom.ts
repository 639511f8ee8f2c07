import { readFileSync } from 'node:fs';
import { sharpImaging } from '../core/image/imaging.ts';
import type { ImageLimits, ProcessedImage } from '../core/image/types.ts';
import { findRecipe, type Recipe, recipeBook } from '../core/recipe.ts';

const LIMITS: ImageLimits = { maxBytes: 1e9, maxPixels: 1e9, maxPages: 100, timeoutMs: 600_000 };

/** The default recipe; 360° is a copy of the processed picture, and costs nothing. */
const { recipe } = findRecipe(recipeBook(), 'augment');

/** One image with its rotations, as the functions work on it; in a file of its own to run as a whole process. */
export async function processFile(path: string, detail: boolean): Promise<ProcessedImage> {
  const asked: Recipe = { ...recipe, measure: { detail } };
  const processed = await sharpImaging.process(readFileSync(path), asked, LIMITS);
  const degrees = asked.rotations.filter((turn) => turn !== 360);
  const { intermediate } = processed;
  if (intermediate) await Promise.all(degrees.map((turn) => sharpImaging.rotate(intermediate, turn, asked)));
  return processed;
}

if (import.meta.main) {
  const [path = '', detail = 'true'] = process.argv.slice(2);
  await processFile(path, detail === 'true');
  process.stdout.write(`${process.resourceUsage().maxRSS}\n`);
}
