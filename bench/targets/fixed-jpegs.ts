import type { Canvas } from './canvases.ts';
import { encodeCanvas } from './measure.ts';
import { sum } from './statistics.ts';

/** All canvases at one quality of JPEG. */
export interface FixedJpeg {
  quality: number;
  /** The lowest SSIMULACRA2 of all canvases. */
  worst: number;
  /** Of all files. */
  bytes: number;
}

/** Encodes canvases at fixed qualities, and each quality once. */
export function fixedJpegs(canvases: readonly Canvas[]): { lowestWith(score: number): Promise<FixedJpeg> } {
  const known = new Map<number, Promise<FixedJpeg>>();
  const at = (quality: number) => {
    const made = known.get(quality) ?? encodeAll(canvases, quality);
    known.set(quality, made);
    return made;
  };
  return {
    /** The lowest quality at which the worst canvas has that score; 100 where none has. */
    async lowestWith(score) {
      let best = await at(100);
      for (let below = 0; below < best.quality - 1; ) {
        const middle = await at(Math.floor((below + best.quality) / 2) || 1);
        if (middle.worst >= score) best = middle;
        else below = middle.quality;
      }
      return best;
    },
  };
}

async function encodeAll(canvases: readonly Canvas[], quality: number): Promise<FixedJpeg> {
  const made = [];
  for (const canvas of canvases)
    made.push((await encodeCanvas(canvas, { format: 'jpeg', quality })).measured);
  return {
    quality,
    worst: Math.min(...made.map(({ score }) => score)),
    bytes: sum(made.map(({ bytes }) => bytes)),
  };
}
