import { createHash } from 'node:crypto';
import type { Pixels } from '../../../core/image/pixels.ts';

const GRID = 4;

/** What is kept of a picture; summary.py makes the same of Pillow's. */
export interface Summary {
  widthPx: number;
  heightPx: number;
  /** Of each channel, to a hundredth of a level. */
  means: number[];
  /** The mean colours of 4×4 cells, as bytes in base64. */
  cells: string;
  /** The first 16 digits. */
  sha256: string;
}

export function summarise(picture: Pixels): Summary {
  const { data, widthPx, heightPx } = picture;
  const whole = meanColour(picture, [0, widthPx], [0, heightPx]);
  const cells = spans(heightPx).flatMap((rows) =>
    spans(widthPx).flatMap((columns) => meanColour(picture, columns, rows)),
  );
  return {
    widthPx,
    heightPx,
    means: whole.map((mean) => Math.round(100 * mean) / 100),
    cells: Buffer.from(cells.map(Math.round)).toString('base64'),
    sha256: createHash('sha256').update(data).digest('hex').slice(0, 16),
  };
}

/** The largest difference of two cells, or of the means of two channels, in levels. */
export function levelsApart(
  a: Pick<Summary, 'means' | 'cells'>,
  b: Pick<Summary, 'means' | 'cells'>,
): number {
  const [cellsA, cellsB] = [a, b].map(({ cells }) => [...Buffer.from(cells, 'base64')]);
  return Math.max(mostApart(a.means, b.means), mostApart(cellsA ?? [], cellsB ?? []));
}

function mostApart(a: readonly number[], b: readonly number[]): number {
  return Math.max(...a.map((level, index) => Math.abs(level - (b[index] ?? Number.POSITIVE_INFINITY))));
}

type Span = readonly [from: number, to: number];

function spans(length: number): Span[] {
  return Array.from({ length: GRID }, (_, index) => {
    const from = Math.floor((length * index) / GRID);
    return [from, Math.max(Math.floor((length * (index + 1)) / GRID), from + 1)];
  });
}

function meanColour({ data, widthPx }: Pixels, [left, right]: Span, [top, bottom]: Span): number[] {
  const sums = [0, 0, 0];
  for (let y = top; y < bottom; y++) {
    for (let index = 0; index < 3 * (right - left); index++) {
      sums[index % 3] = (sums[index % 3] ?? 0) + (data[3 * (y * widthPx + left) + index] ?? 0);
    }
  }
  return sums.map((sum) => sum / ((right - left) * (bottom - top)));
}
