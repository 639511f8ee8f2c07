import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { sharpImaging } from '../../core/image/imaging.ts';
import { rotationPart } from '../../core/image/parts.ts';
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

/** @param degrees makes that rotation from an intermediate, in place of processing a source; @param keep where the intermediate goes */
async function measure(path: string, recipeJson: string, degrees: string, keep: string): Promise<Peak> {
  const { recipe } = findRecipe(recipeBook({ measured: JSON.parse(recipeJson) }), 'measured');
  const idleBytes = residentBytes('VmRSS');
  const startedAt = performance.now();
  const bytes = readFileSync(path);
  if (degrees === '') {
    const { intermediate } = await sharpImaging.process(bytes, recipe, UNLIMITED);
    if (keep !== '' && intermediate !== null) writeFileSync(keep, intermediate);
  } else {
    const chosen = {
      format: recipe.output.format === 'auto' ? 'jpeg' : recipe.output.format,
      quality: 90,
      mozjpeg: false,
    } as const;
    await sharpImaging.render(bytes, rotationPart(Number(degrees)), recipe, chosen);
  }
  return { idleBytes, peakBytes: residentBytes('VmHWM'), ms: performance.now() - startedAt };
}

/** Processes a file in a process of its own, which then ends. Linux only. */
export async function peakOf(path: string, recipe: object, intermediate = ''): Promise<Peak> {
  return run(path, JSON.stringify(recipe), '', intermediate);
}

/** Makes one rotation of an intermediate in a process of its own. */
export async function partPeakOf(intermediate: string, recipe: object, degrees: number): Promise<Peak> {
  return run(intermediate, JSON.stringify(recipe), String(degrees));
}

async function run(...args: string[]): Promise<Peak> {
  const { stdout } = await promisify(execFile)(process.execPath, [import.meta.filename, ...args]);
  return JSON.parse(stdout);
}

if (import.meta.main) {
  const [path = '', recipe = '{}', degrees = '', keep = ''] = process.argv.slice(2);
  process.stdout.write(`${JSON.stringify(await measure(path, recipe, degrees, keep))}\n`);
}
