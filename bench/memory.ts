import { readFileSync, rmSync } from 'node:fs';
import type { Size } from '../core/image/geometry.ts';
import { rotationPart } from '../core/image/parts.ts';
import { partMemory, planWork } from '../core/image/plan-work.ts';
import { type RecipeInput, recipeSchema } from '../core/recipe.ts';
import {
  LARGE_CASES,
  MEMORY_CASES,
  type MemoryCase,
  writeCase,
  writeIntermediate,
} from '../test/support/memory-cases.ts';
import { type Peak, peakOf, peakOfRotation, UNLIMITED } from '../test/support/peak-memory.ts';
import { inTemporaryFolder } from './temporary-folder.ts';

/** 20 megapixels; of an animation, 80 frames of 500×500 px. */
const USUAL: Size = { widthPx: 5000, heightPx: 4000 };

/** 100 and 200 megapixels. */
const LARGE: readonly Size[] = [square(10_000), square(14_142)];

/** Rotations of a photo by a worker of parts, which opens its intermediate. */
const ROTATIONS: readonly {
  degrees: number;
  format: 'jpeg' | 'png' | 'webp' | 'avif' | 'gif';
  size: Size;
}[] = [
  ...(['jpeg', 'png', 'webp', 'avif', 'gif'] as const).flatMap((format) =>
    [90, 45].map((degrees) => ({ degrees, format, size: USUAL })),
  ),
  { degrees: 90, format: 'jpeg', size: square(10_000) },
  { degrees: 45, format: 'jpeg', size: square(10_000) },
];

/** The groups of rows, by what one may ask for alone. */
const GROUPS = {
  async *usual(folder: string) {
    for (const memoryCase of MEMORY_CASES) yield await measureCase(folder, memoryCase, USUAL);
  },
  async *large(folder: string) {
    for (const memoryCase of LARGE_CASES) {
      for (const size of LARGE) yield await measureCase(folder, memoryCase, size);
    }
  },
  async *rotations(folder: string) {
    for (const rotation of ROTATIONS) yield await measureRotation(folder, rotation);
  },
};

/**
 * The rows of the table of memory: what each kind of work takes beside an idle process, and what was estimated.
 *
 * @param groups of rows; all where none is named
 */
export function measureMemory(groups: readonly string[] = []): Promise<string[][]> {
  return inTemporaryFolder(async (folder) => {
    const rows: string[][] = [];
    for (const [group, measured] of Object.entries(GROUPS)) {
      if (groups.length > 0 && !groups.includes(group)) continue;
      for await (const cells of measured(folder)) rows.push(cells);
    }
    return rows;
  });
}

async function measureCase(folder: string, memoryCase: MemoryCase, size: Size): Promise<string[]> {
  const { title, recipe } = memoryCase;
  process.stderr.write(`${title}, ${megapixels(size)} …\n`);
  const path = await writeCase(folder, memoryCase, size);
  const { memoryBytes } = await planWork(readFileSync(path), recipeSchema.parse(recipe), UNLIMITED);
  const peak = await peakOf(path, recipe);
  rmSync(path);
  return row(`${title}, ${megapixels(size)}`, peak, memoryBytes);
}

async function measureRotation(
  folder: string,
  { degrees, format, size }: (typeof ROTATIONS)[number],
): Promise<string[]> {
  const title = `rotation by ${degrees}° to ${format.toUpperCase()}, ${megapixels(size)}`;
  process.stderr.write(`${title} …\n`);
  const path = await writeIntermediate(folder, size);
  const recipe: RecipeInput = { output: { format } };
  const estimate = await partMemory(readFileSync(path), rotationPart(degrees), recipeSchema.parse(recipe));
  return row(title, await peakOfRotation(path, recipe, degrees), estimate);
}

function row(title: string, { idleBytes, peakBytes }: Peak, estimateBytes: number): string[] {
  const takenBytes = peakBytes - idleBytes;
  const ratio = `${(estimateBytes / takenBytes).toFixed(2)}×`;
  const cells = [mebibytes(takenBytes), mebibytes(estimateBytes), ratio];
  process.stderr.write(`  ${cells.join(', ')}\n`);
  return [title, ...cells];
}

function square(sidePx: number): Size {
  return { widthPx: sidePx, heightPx: sidePx };
}

function megapixels({ widthPx, heightPx }: Size): string {
  return `${Math.round((widthPx * heightPx) / 1e6)} MP`;
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}

if (import.meta.main) {
  for (const cells of await measureMemory(process.argv.slice(2)))
    process.stdout.write(`${cells.join(' | ')}\n`);
}
