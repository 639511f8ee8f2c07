import type { Size } from '../geometry.ts';
import type { Pixels } from '../pixels.ts';

const CHANNELS = 3;

/**
 * Reads a picture as if it had been mirrored at its right and lower edges until it has a size. Rows of a picture that
 * is wide enough are not copied.
 *
 * @param size each side at least that of the picture
 * @returns a function that gives row `y`, which is valid until the next call
 */
export function mirroredRows({ data, widthPx, heightPx }: Pixels, size: Size): (y: number) => Uint8Array {
  const rowBytes = CHANNELS * widthPx;
  const pictureRow = (y: number) => {
    const at = rowBytes * mirroredIndex(y, heightPx);
    return data.subarray(at, at + rowBytes);
  };
  if (size.widthPx === widthPx) return pictureRow;
  const row = new Uint8Array(CHANNELS * size.widthPx);
  const sources = Uint32Array.from(row, (_, i) => {
    return CHANNELS * mirroredIndex(Math.floor(i / CHANNELS), widthPx) + (i % CHANNELS);
  });
  return (y) => {
    const from = pictureRow(y);
    for (let i = 0; i < row.length; i++) row[i] = from[sources[i] ?? 0] ?? 0;
    return row;
  };
}

/** The sample that stands for sample `i` of an endless row: 0, 1, 2, 2, 1, 0, 0, 1, … for a length of 3. */
function mirroredIndex(i: number, length: number): number {
  const position = i % (2 * length);
  return position < length ? position : 2 * length - 1 - position;
}
