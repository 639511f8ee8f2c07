import { readFileSync } from 'node:fs';
import { planWork } from '../core/image/plan-work.ts';
import { findRecipe, recipeBook } from '../core/recipe.ts';
import { MEMORY_CASES, type MemoryCase, writeCase } from '../test/support/memory-cases.ts';
import { peakOf, UNLIMITED } from '../test/support/peak-memory.ts';
import { inTemporaryFolder } from './temporary-folder.ts';

/** 20 megapixels; of an animation, 80 frames of 500×500 px. */
const SIZE = { widthPx: 5000, heightPx: 4000 };

/** The rows of the table of memory: what each kind of image takes beside an idle process, and what was estimated. */
export function measureMemory(): Promise<string[][]> {
  return inTemporaryFolder(async (folder) => {
    const rows: string[][] = [];
    for (const memoryCase of MEMORY_CASES) rows.push(await measureCase(folder, memoryCase));
    return rows;
  });
}

async function measureCase(folder: string, memoryCase: MemoryCase): Promise<string[]> {
  const { title, recipe } = memoryCase;
  process.stderr.write(`${title} …\n`);
  const path = await writeCase(folder, memoryCase, SIZE);
  const { recipe: parsed } = findRecipe(recipeBook({ measured: recipe }), 'measured');
  const { memoryBytes } = await planWork(readFileSync(path), parsed, UNLIMITED);
  const { idleBytes, peakBytes } = await peakOf(path, recipe);
  return [title, mebibytes(peakBytes - idleBytes), mebibytes(memoryBytes)];
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}
