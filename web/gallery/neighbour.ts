import type { Row } from './rows.ts';

/** The image that a key leads to from another: a place in the list. Undefined where the key moves nothing. */
export function neighbourOf(key: string, rows: readonly Row[], index: number): number | undefined {
  const last = (rows.at(-1)?.end ?? 0) - 1;
  if (index < 0 || last < 0) return undefined;
  if (key === 'ArrowLeft') return Math.max(0, index - 1);
  if (key === 'ArrowRight') return Math.min(last, index + 1);
  if (key === 'Home') return 0;
  if (key === 'End') return last;
  if (key === 'ArrowUp') return inRow(rows, index, -1);
  if (key === 'ArrowDown') return inRow(rows, index, 1);
  return undefined;
}

/** The image of the next row whose middle is closest. */
function inRow(rows: readonly Row[], index: number, step: 1 | -1): number | undefined {
  const at = rows.findIndex(({ end }) => end > index);
  const [row, next] = [rows[at], rows[at + step]];
  if (row === undefined || next === undefined) return undefined;
  const middle = middleOf(row, index - row.start);
  const distances = next.widthsPx.map((_, column) => Math.abs(middleOf(next, column) - middle));
  return next.start + distances.indexOf(Math.min(...distances));
}

function middleOf({ widthsPx }: Row, column: number): number {
  const before = widthsPx.slice(0, column).reduce((sum, width) => sum + width, 0);
  return before + (widthsPx[column] ?? 0) / 2;
}
