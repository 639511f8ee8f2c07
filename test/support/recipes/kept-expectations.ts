import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import type { Comparison } from '../../../core/image/types.ts';
import type { RecipeCase } from './recipe-case.ts';
import type { Summary } from './summary.ts';

const FILE = new URL('../fixtures/reference/recipes.json', import.meta.url);

/** A picture of Pillow's: its size and checksum where ours must be equal, or the colours that ours must be near. */
export type KeptPicture = Pick<Summary, 'widthPx' | 'heightPx'> &
  ({ sha256: string } | Pick<Summary, 'means' | 'cells'> | { sha256?: undefined; means?: undefined });

/** What Pillow and scikit-image make of one case. */
export interface KeptExpectation {
  number: number;
  /** Of the case: another one has another expectation. */
  case: string;
  /** Left, top, width and height of the content on the canvas. */
  place: [number, number, number, number];
  /** By variant. */
  pictures: Record<string, KeptPicture>;
  credits: { artist?: string; copyright?: string };
  /** Null where they depend on how a picture was shrunk. */
  detail: Comparison | null;
  enhance: Comparison | null;
}

export interface KeptExpectations {
  versions: Record<string, string>;
  seed: number;
  vectors: KeptExpectation[];
}

export function digestOf(drawn: RecipeCase): string {
  return createHash('sha256').update(JSON.stringify(drawn)).digest('hex').slice(0, 12);
}

export function readExpectations(): KeptExpectations {
  return JSON.parse(readFileSync(FILE, 'utf8')) as KeptExpectations;
}

/** One vector a line. */
export function writeExpectations(kept: KeptExpectations): void {
  writeFileSync(FILE, `${JSON.stringify(kept).replaceAll('{"number"', '\n{"number"')}\n`);
}
