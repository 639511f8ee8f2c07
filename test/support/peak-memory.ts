import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { sharpImaging } from '../../core/image/imaging.ts';
import { rotationPart } from '../../core/image/parts.ts';
import type { ImageLimits } from '../../core/image/types.ts';
import { type Recipe, type RecipeInput, recipeSchema } from '../../core/recipe.ts';

/** No limit but time: what is measured is what an image takes, not whether it may. */
export const UNLIMITED: ImageLimits = {
  maxBytes: 4e9,
  maxPixels: 4e9,
  maxPages: 10_000,
  maxMemoryBytes: 1e12,
  timeoutMs: 3_600_000,
};

/** What one image, or one part, takes in a process of its own. */
export interface Peak {
  /** Resident memory before the image, and at its peak. */
  idleBytes: number;
  peakBytes: number;
  ms: number;
}

/** Resident memory of this process, in bytes. A process inherits `maxRSS` from the one that starts it; `VmHWM` is its own. */
function residentBytes(field: 'VmRSS' | 'VmHWM'): number {
  const line = readFileSync('/proc/self/status', 'utf8').match(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm'));
  return 1024 * Number(line?.[1]);
}

async function measure(path: string, recipe: Recipe, degrees: number | null): Promise<Peak> {
  const idleBytes = residentBytes('VmRSS');
  const startedAt = performance.now();
  const bytes = readFileSync(path);
  if (degrees === null) await sharpImaging.process(bytes, recipe, UNLIMITED);
  else await sharpImaging.render(bytes, rotationPart(degrees), recipe, UNLIMITED);
  return { idleBytes, peakBytes: residentBytes('VmHWM'), ms: performance.now() - startedAt };
}

/** Processes a file in a process of its own, which then ends. Linux only. */
export function peakOf(path: string, recipe: RecipeInput): Promise<Peak> {
  return measureApart(path, recipe, null);
}

/** Rotates an intermediate in a process of its own, which then ends. Linux only. */
export function peakOfRotation(path: string, recipe: RecipeInput, degrees: number): Promise<Peak> {
  return measureApart(path, recipe, degrees);
}

async function measureApart(
  ...work: [path: string, recipe: RecipeInput, degrees: number | null]
): Promise<Peak> {
  const args = [import.meta.filename, JSON.stringify(work)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout);
}

if (import.meta.main) {
  const [path, recipe, degrees] = JSON.parse(process.argv[2] ?? '[]');
  process.stdout.write(`${JSON.stringify(await measure(path, recipeSchema.parse(recipe), degrees))}\n`);
}
