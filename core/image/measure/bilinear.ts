import type { Workspace } from '../kernels/kernels.ts';
import type { Pixels } from '../pixels.ts';

/** The parts of the memory that an enlargement needs. */
type Part = 'narrowRow' | 'firsts' | 'weights' | 'wideRow' | 'otherWideRow';

/** The size of each part, in bytes. */
export function bilinearParts(pixels: Pixels, widthPx: number): Record<Part, number> {
  return {
    narrowRow: 3 * pixels.widthPx + 16,
    firsts: 4 * widthPx,
    weights: 4 * widthPx,
    wideRow: 6 * widthPx + 64,
    otherWideRow: 6 * widthPx + 64,
  };
}

/**
 * Enlarges a picture row by row, from the first row on: bilinear, with half-pixel centres and repeated edges, rounded
 * to 8 bits once. The result is that of OpenCV's INTER_LINEAR in floating point.
 *
 * @param to offset at which each row is written: 3 × widthPx bytes, then zeros up to a multiple of 16
 * @returns a function that makes row `y`
 */
export function enlargedRows(
  workspace: Workspace<Part>,
  pixels: Pixels,
  size: { widthPx: number; heightPx: number },
  to: number,
): (y: number) => void {
  const { kernels, bytes, offsets } = workspace;
  const { widthPx } = size;
  const columns = steps(pixels.widthPx, widthPx);
  const rows = steps(pixels.heightPx, size.heightPx);
  new Int32Array(bytes.buffer, offsets.firsts, widthPx).set(columns.firsts);
  new Int32Array(bytes.buffer, offsets.weights, widthPx).set(
    columns.weights.map((next) => (next << 16) | (WHOLE - next)),
  );

  let upper = { offset: offsets.wideRow, row: -1 };
  let lower = { offset: offsets.otherWideRow, row: -1 };
  const widen = (into: { offset: number; row: number }, row: number) => {
    if (into.row === row) return;
    const rowBytes = 3 * pixels.widthPx;
    bytes.set(pixels.data.subarray(row * rowBytes, (row + 1) * rowBytes), offsets.narrowRow);
    kernels.widenRow(offsets.narrowRow, offsets.firsts, offsets.weights, into.offset, widthPx);
    into.row = row;
  };

  return (y) => {
    const first = rows.firsts[y] ?? 0;
    if (lower.row === first) [upper, lower] = [lower, upper];
    widen(upper, first);
    widen(lower, Math.min(first + 1, pixels.heightPx - 1));
    kernels.mixRows(upper.offset, lower.offset, rows.weights[y] ?? 0, to, 3 * widthPx);
  };
}

/** The sum of the weights of two neighbouring samples. */
const WHOLE = 2 ** 14;

/** For each of `to` samples along a side of `from` samples: the sample before it, and the weight of the next one. */
function steps(from: number, to: number): { firsts: Int32Array; weights: Int32Array } {
  const firsts = new Int32Array(to);
  const weights = new Int32Array(to);
  for (let i = 0; i < to; i++) {
    const position = Math.min(Math.max(((i + 0.5) * from) / to - 0.5, 0), from - 1);
    firsts[i] = Math.floor(position);
    weights[i] = Math.round((position % 1) * WHOLE);
  }
  return { firsts, weights };
}
