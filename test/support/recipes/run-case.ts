import { sharpImaging } from '../../../core/image/imaging.ts';
import { isHeavy, picturesOf } from '../../../core/image/parts.ts';
import type { EncodedImage, ProcessedImage } from '../../../core/image/types.ts';
import type { Recipe } from '../../../core/recipe.ts';
import { LIMITS } from '../fixtures/pictures.ts';

/** What Darkroom makes of a case, as the processor and the parts worker do. */
export interface RunCase {
  image: ProcessedImage;
  /** As the recipe says, by variant. Copies of the processed picture are left out. */
  outputs: Record<string, EncodedImage>;
  /** The same pictures before they were encoded, in PNG. */
  pictures: Record<string, Buffer>;
}

/** @param recipe with a rotation that is heavy, so that there is an intermediate */
export async function runCase(source: Buffer, recipe: Recipe): Promise<RunCase> {
  const image = await sharpImaging.process(source, recipe, LIMITS);
  const { intermediate } = image;
  if (intermediate === null) throw new TypeError('expected a recipe with a heavy part');
  const outputs: RunCase['outputs'] = { processed: image.processed };
  const pictures: RunCase['pictures'] = { processed: intermediate };
  for (const part of picturesOf(recipe).filter(isHeavy)) {
    outputs[part.variant] = await sharpImaging.render(intermediate, part, recipe, LIMITS);
    const lossless = { ...recipe, output: { format: 'png', quality: 100 } } as const;
    pictures[part.variant] = (await sharpImaging.render(intermediate, part, lossless, LIMITS)).bytes;
  }
  return { image, outputs, pictures };
}

/** The picture of a recipe before the edits. */
export async function withoutEdits(source: Buffer, recipe: Recipe): Promise<Buffer> {
  const enhance = { brightness: 1, contrast: 1, color: 1, sharpness: 1 };
  return (await runCase(source, { ...recipe, enhance, filters: [] })).pictures.processed as Buffer;
}
