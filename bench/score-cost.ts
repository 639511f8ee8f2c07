import { readFileSync } from 'node:fs';
import { sharpImaging } from '../core/image/imaging.ts';
import { ssimulacra2 } from '../core/image/measure/ssimulacra2.ts';
import { type Pixels, toPixels } from '../core/image/pixels.ts';
import { sharp } from '../core/image/sharp-setup.ts';
import { recipeSchema } from '../core/recipe.ts';
import { UNLIMITED } from '../test/support/peak-memory.ts';
import type { Picture } from './pictures.ts';
import { cell } from './table.ts';
import { race } from './timing.ts';

/** A small thumbnail, a large one, and nearly the largest output that is scored. */
const SIDES_PX = [256, 640, 2000];

const RUN = 'run';
const SCORE = 'SSIMULACRA2';

/** What the score costs that every run records: rows of title, run, score, and its share of the run. */
export async function measureScoreCost(pictures: readonly Picture[]): Promise<string[][]> {
  const rows: string[][] = [];
  for (const picture of pictures) {
    for (const sidePx of SIDES_PX) rows.push(await measureSide(picture, sidePx));
  }
  return rows;
}

async function measureSide({ title, path }: Picture, sidePx: number): Promise<string[]> {
  const bytes = readFileSync(path);
  const resize = { widthPx: sidePx, heightPx: sidePx, fit: 'inside' } as const;
  const recipe = recipeSchema.parse({ resize, rotations: [] });
  const process = () => sharpImaging.process(bytes, recipe, UNLIMITED);
  const made = await toPixels(sharp((await process()).processed.bytes));
  const original = await shrunk(bytes, made);
  const times = await race([
    { title: RUN, run: async () => void (await process()) },
    { title: SCORE, run: () => void ssimulacra2(original, made) },
  ]);
  const [runMs = 0, scoreMs = 0] = [times.get(RUN), times.get(SCORE)];
  const size = `${made.widthPx}×${made.heightPx} px`;
  return [`${title} to ${size}`, cell(runMs), cell(scoreMs), `${Math.round((100 * scoreMs) / runMs)} %`];
}

function shrunk(bytes: Buffer, { widthPx, heightPx }: Pixels): Promise<Pixels> {
  return toPixels(sharp(bytes).resize(widthPx, heightPx));
}
