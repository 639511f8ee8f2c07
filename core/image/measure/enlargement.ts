import type { Workspace } from '../kernels/kernels.ts';
import type { Pixels } from '../pixels.ts';

/** The parts of memory that an enlargement needs. */
type Part = 'narrowRow' | 'firsts' | 'weights' | 'wideRow' | 'otherWideRow';

/** The sizes of those parts, in bytes. */
export function enlargementParts(pixels: Pixels, widthPx: number): Record<Part, number> {
  return {
    narrowRow: 3 * pixels.widthPx + 16,
    firsts: 4 * widthPx,
    weights: 4 * widthPx,
    wideRow: 6 * widthPx + 64,
    otherWideRow: 6 * widthPx + 64,
  };
}

/**
 * The rows of a picture at a larger size, to be made one after another from the first: bilinear, half-pixel
 * centres, edges repeated, rounded to 8 bits once. As OpenCV's INTER_LINEAR does it in floating point.
 *
 * @param to where in memory each row is written: 3 × widthPx bytes, then zeros up to a multiple of 16
 */
export function enlargedRows(
  workspace: Workspace<Part>,
  pixels: Pixels,
  size: { widthPx: number; heightPx: number },
  to: number,
): (y: number) => void {
  const { kernels, bytes, places } = workspace;
  const { widthPx } = size;
  const columns = steps(pixels.widthPx, widthPx);
  const rows = steps(pixels.heightPx, size.heightPx);
  new Int32Array(bytes.buffer, places.firsts, widthPx).set(columns.firsts);
  new Int32Array(bytes.buffer, places.weights, widthPx).set(
    columns.weights.map((next) => (next << 16) | (WHOLE - next)),
  );

  let upper = { place: places.wideRow, row: -1 };
  let lower = { place: places.otherWideRow, row: -1 };
  const widen = (into: { place: number; row: number }, row: number) => {
    if (into.row === row) return;
    const rowBytes = 3 * pixels.widthPx;
    bytes.set(pixels.data.subarray(row * rowBytes, (row + 1) * rowBytes), places.narrowRow);
    kernels.widenRow(places.narrowRow, places.firsts, places.weights, into.place, widthPx);
    into.row = row;
  };

  return (y) => {
    const first = rows.firsts[y] ?? 0;
    if (lower.row === first) [upper, lower] = [lower, upper];
    widen(upper, first);
    widen(lower, Math.min(first + 1, pixels.heightPx - 1));
    kernels.mixRows(upper.place, lower.place, rows.weights[y] ?? 0, to, 3 * widthPx);
  };
}

/** The weights of the two samples between which a place lies add up to this. */
const WHOLE = 2 ** 14;

/** Of each of `to` places along a side of `from` samples: the sample before it, and the weight of the next one. */
function steps(from: number, to: number): { firsts: Int32Array; weights: Int32Array } {
  const firsts = new Int32Array(to);
  const weights = new Int32Array(to);
  for (let i = 0; i < to; i++) {
    const place = Math.min(Math.max(((i + 0.5) * from) / to - 0.5, 0), from - 1);
    firsts[i] = Math.floor(place);
    weights[i] = Math.round((place % 1) * WHOLE);
  }
  return { firsts, weights };
}
