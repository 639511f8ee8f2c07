import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { imageViewSchema } from '../../../core/pipeline/image-view.ts';
import { run } from '../../support/run-command.ts';
import { REPOSITORY } from './emulator.ts';
import { type Photo, writePhotos } from './photos.ts';

/** The fields of the command's JSON that the comparison needs. */
const resultSchema = z.object({
  input: z.string(),
  status: z.string(),
  outputs: z.array(
    z.object({
      variant: z.string(),
      path: z.string(),
      widthPx: z.number(),
      heightPx: z.number(),
      contentType: z.string(),
    }),
  ),
  quality: imageViewSchema.shape.quality,
});

/** How the laptop edition processed a photo: the bytes of each output, and its description. */
export interface LaptopResult {
  outputs: Map<string, { bytes: Buffer; widthPx: number; heightPx: number; contentType: string }>;
  quality: z.infer<typeof resultSchema>['quality'];
}

/**
 * Processes photos with the laptop edition, as its users do, with the recipes of the photos.
 *
 * @param folder an empty or missing folder, for inputs and outputs
 * @param recipes the deployment's own recipes
 * @returns the results by key
 */
export async function processOnLaptop(
  folder: string,
  photos: readonly Photo[],
  recipes: Record<string, unknown>,
): Promise<Map<string, LaptopResult>> {
  const results = new Map<string, LaptopResult>();
  for (const recipe of new Set(photos.map((photo) => photo.recipe))) {
    const [input, out] = [join(folder, recipe, 'in'), join(folder, recipe, 'out')];
    const config = join(folder, recipe, 'darkroom.config.json');
    await writePhotos(
      input,
      photos.filter((photo) => photo.recipe === recipe),
    );
    await writeFile(config, JSON.stringify({ recipes }));
    const args = ['process', input, '--out', out, '--recipe', recipe, '--config', config, '--json'];
    const lines = await run(process.execPath, [join(REPOSITORY, 'cli', 'main.ts'), ...args]);
    for (const line of lines.trim().split('\n')) {
      const result = resultSchema.parse(JSON.parse(line));
      results.set(result.input.slice(input.length + 1), await read(result));
    }
  }
  return results;
}

async function read({
  status,
  input,
  outputs,
  quality,
}: z.infer<typeof resultSchema>): Promise<LaptopResult> {
  if (status !== 'COMPLETE')
    throw new Error(`expected ${input} to be COMPLETE on the laptop, it is ${status}`);
  const entries = outputs.map(
    async ({ variant, path, ...info }) => [variant, { ...info, bytes: await readFile(path) }] as const,
  );
  return { outputs: new Map(await Promise.all(entries)), quality };
}
