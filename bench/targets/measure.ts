import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sharpImaging } from '../../core/image/imaging.ts';
import { sharp } from '../../core/image/sharp-setup.ts';
import type { Encoding, ImageLimits } from '../../core/image/types.ts';
import { recipeSchema } from '../../core/recipe.ts';
import { runProcess } from '../run-process.ts';
import type { Canvas } from './canvases.ts';

/** What a recipe asks of the encoder. */
export type Output = { format: 'jpeg'; quality: number } | { format: 'jpeg' | 'auto'; targetQuality: number };

/** What one output is like, in bytes and by two measures. */
export interface Measured {
  name: string;
  bytes: number;
  /** SSIMULACRA2: 100 is equal. */
  score: number;
  /** Whether a target was reached; true where there was none. */
  isMet: boolean;
  encoding: Encoding | undefined;
  tries: number;
}

const LIMITS: ImageLimits = {
  maxBytes: 1e9,
  maxPixels: 1e9,
  maxPages: 1,
  maxMemoryBytes: 1e12,
  timeoutMs: 600_000,
};

/** Runs Darkroom on a canvas, which keeps its size and its pixels. */
export async function encodeCanvas(
  { name, path }: Canvas,
  output: Output,
): Promise<{ measured: Measured; file: Buffer }> {
  const recipe = recipeSchema.parse({
    resize: { ratio: 1 },
    rotations: [],
    measure: { detail: false },
    output,
  });
  const { processed, quality, search } = await sharpImaging.process(readFileSync(path), recipe, LIMITS);
  const score = quality.encode.ssimulacra2 ?? (quality.encode.identical ? 100 : Number.NaN);
  const measured = {
    name,
    bytes: processed.bytes.length,
    score,
    isMet: search?.targetMet ?? true,
    encoding: search?.chosen,
    tries: search?.tries.length ?? 0,
  };
  return { measured, file: processed.bytes };
}

/** The distance of Butteraugli: 0 is equal, under 1 hardly visible, over 2 plain to see. */
export async function butteraugli({ path }: Canvas, file: Buffer, folder: string): Promise<number> {
  const decoded = join(folder, 'decoded.png');
  await sharp(file).png({ compressionLevel: 1 }).toFile(decoded);
  return Number.parseFloat(runProcess('butteraugli', [path, decoded]));
}
