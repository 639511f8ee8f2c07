import { readFile } from 'node:fs/promises';
import { sharpImaging } from '../core/image/imaging.ts';
import { rotationPart } from '../core/image/parts.ts';
import type { EncodedImage } from '../core/image/types.ts';
import { findRecipe, recipeBook } from '../core/recipe.ts';
import { type Example, SAMPLE } from './recipe-examples.ts';

const LIMITS = { maxBytes: 1e7, maxPixels: 1e7, maxPages: 1, maxMemoryBytes: 1e9, timeoutMs: 60_000 };

/** The picture of an example, made of the sample as the pipeline makes it. */
export async function renderExample({ name, recipe: input }: Example): Promise<EncodedImage> {
  const bytes = await readFile(new URL(`../samples/${SAMPLE}`, import.meta.url));
  const { recipe } = findRecipe(recipeBook({ [EXAMPLE]: input }), EXAMPLE);
  const { processed, intermediate } = await sharpImaging.process(bytes, recipe, LIMITS);
  const [degrees] = recipe.rotations;
  if (degrees === undefined) return processed;
  if (intermediate === null) throw new Error(`${name}: expected an intermediate to rotate, got none`);
  return sharpImaging.render(intermediate, rotationPart(degrees), recipe, LIMITS);
}

const EXAMPLE = 'example';
