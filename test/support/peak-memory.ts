import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { sharpImaging } from '../../core/image/imaging.ts';
import type { ImageLimits } from '../../core/image/types.ts';
import { findRecipe, recipeBook } from '../../core/recipe.ts';

/** No limit but time: what is measured is what an image takes, not whether it may. */
export const UNLIMITED: ImageLimits = {
  maxBytes: 4e9,
  maxPixels: 4e9,
  maxPages: 10_000,
  maxMemoryBytes: 1e12,
  timeoutMs: 600_000,
};

/** What one image takes in a process of its own. */
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

async function measure(path: string, recipeJson: string): Promise<Peak> {
  const { recipe } = findRecipe(recipeBook({ measured: JSON.parse(recipeJson) }), 'measured');
  const idleBytes = residentBytes('VmRSS');
  const startedAt = performance.now();
  await sharpImaging.process(readFileSync(path), recipe, UNLIMITED);
  return { idleBytes, peakBytes: residentBytes('VmHWM'), ms: performance.now() - startedAt };
}

/** Processes a file in a process of its own, which then ends. Linux only. */
export async function peakOf(path: string, recipe: object): Promise<Peak> {
  const args = [import.meta.filename, path, JSON.stringify(recipe)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout);
}

if (import.meta.main) {
  const [path = '', recipe = '{}'] = process.argv.slice(2);
  process.stdout.write(`${JSON.stringify(await measure(path, recipe))}\n`);
}
