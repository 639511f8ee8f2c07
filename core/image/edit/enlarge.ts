import type { Size } from '../geometry.ts';
import { layOut } from '../kernels/kernels.ts';
import type { Pixels } from '../pixels.ts';

/** Samples in each direction that an enlarged sample is made of: Lanczos has three lobes on either side. */
const TAPS = 6;

/**
 * Enlarges pixels with Lanczos3 and half-pixel centres. The result equals Pillow's `resize` with `LANCZOS` in every
 * sample. libvips is no use here: its `resize` shifts an enlarged picture by half an output pixel, and is bicubic.
 *
 * @param size at least as wide and as high as the pixels
 * @see https://github.com/python-pillow/Pillow/blob/9.4.0/src/libImaging/Resample.c
 */
export function enlargePixels(pixels: Pixels, size: Size): Pixels {
  const { widthPx, heightPx } = size;
  const columns = lanczosTaps(pixels.widthPx, widthPx);
  const rows = lanczosTaps(pixels.heightPx, heightPx);
  const [narrowBytes, wideBytes] = [3 * pixels.widthPx, 3 * widthPx];
  // Rows are read and written up to 32 bytes past their end.
  const wideStride = wideBytes + 32;
  const { kernels, bytes, offsets } = layOut({
    narrowRow: narrowBytes + 32,
    firsts: columns.firsts.byteLength,
    weights: columns.weights.byteLength,
    wideRows: TAPS * wideStride,
    rowOffsets: 4 * TAPS,
    rowWeights: 4 * TAPS,
    output: wideStride,
  });
  new Int32Array(bytes.buffer, offsets.firsts, columns.firsts.length).set(columns.firsts);
  new Int32Array(bytes.buffer, offsets.weights, columns.weights.length).set(columns.weights);
  const rowOffsets = new Int32Array(bytes.buffer, offsets.rowOffsets, TAPS);
  const rowWeights = new Int32Array(bytes.buffer, offsets.rowWeights, TAPS);
  // The last six stretched rows, each in the slot of its number modulo six.
  const slotOf = (row: number) => offsets.wideRows + (row % TAPS) * wideStride;
  let stretched = 0;

  const data = new Uint8Array(wideBytes * heightPx);
  for (let y = 0; y < heightPx; y++) {
    const first = rows.firsts[y] ?? 0;
    for (const end = Math.min(first + TAPS, pixels.heightPx); stretched < end; stretched++) {
      bytes.set(
        pixels.data.subarray(stretched * narrowBytes, (stretched + 1) * narrowBytes),
        offsets.narrowRow,
      );
      kernels.stretchRow(offsets.narrowRow, offsets.firsts, offsets.weights, slotOf(stretched), widthPx);
    }
    for (let tap = 0; tap < TAPS; tap++) rowOffsets[tap] = slotOf(first + tap);
    rowWeights.set(rows.weights.subarray(TAPS * y, TAPS * (y + 1)));
    kernels.stackRows(offsets.rowOffsets, offsets.rowWeights, offsets.output, wideBytes);
    data.set(bytes.subarray(offsets.output, offsets.output + wideBytes), y * wideBytes);
  }
  return { data, widthPx, heightPx };
}

/** The sum of the weights of a sample. */
const WHOLE = 2 ** 22;

/** For each of `to` samples along a side of `from` samples: its first tap, and six weights in 22 bits. */
function lanczosTaps(from: number, to: number): { firsts: Int32Array; weights: Int32Array } {
  const firsts = new Int32Array(to);
  const weights = new Int32Array(TAPS * to);
  for (let i = 0; i < to; i++) {
    const centre = ((i + 0.5) * from) / to;
    const first = Math.max(Math.floor(centre - 2.5), 0);
    const end = Math.min(Math.floor(centre + 3.5), from);
    const taps = Array.from({ length: end - first }, (_, tap) => lanczos3(first + tap - centre + 0.5));
    const sum = taps.reduce((total, weight) => total + weight, 0);
    firsts[i] = first;
    // Pillow rounds half away from zero.
    for (const [tap, weight] of taps.entries()) {
      weights[TAPS * i + tap] = Math.sign(weight) * Math.floor((Math.abs(weight) / sum) * WHOLE + 0.5);
    }
  }
  return { firsts, weights };
}

function lanczos3(x: number): number {
  return Math.abs(x) < 3 ? sinc(x) * sinc(x / 3) : 0;
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}
