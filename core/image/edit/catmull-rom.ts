import type { Size } from '../geometry.ts';

/** Where the samples of a picture lie in memory, so that a crop or a rotation of it needs no copy. */
export interface SampleGrid extends Size {
  /** R, G, B of each pixel. */
  data: Uint8Array;
  /** Index of the first sample. */
  start: number;
  /** Samples from a pixel to its right neighbour, and to the one below. */
  stepX: number;
  stepY: number;
}

const CHANNELS = 3;
/** Catmull-Rom is the cubic with this parameter. */
const A = -0.5;
const SUPPORT = 2;
/** Pillow's weights are whole numbers of this many bits after the point. */
const PRECISION_BITS = 22;
const WHOLE = 2 ** PRECISION_BITS;
const HALF = 2 ** (PRECISION_BITS - 1);

/**
 * Resizes with Catmull-Rom and antialiasing, as Pillow's `resize(size, BICUBIC)` does it: rows first, then columns, with 8
 * bits between them.
 *
 * @returns R, G, B of each pixel, row-major
 * @see https://github.com/python-pillow/Pillow/blob/main/src/libImaging/Resample.c
 */
export function resampleCatmullRom(grid: SampleGrid, { widthPx, heightPx }: Size): Uint8Array {
  const rows = widthPx === grid.widthPx ? copyRows(grid) : resampleRows(grid, widthPx);
  if (heightPx === grid.heightPx) return rows;
  return resampleColumns(rows, widthPx, weightsOf(grid.heightPx, heightPx));
}

/** For each output sample: its first input sample, and its weights. */
interface Weights {
  firsts: Int32Array;
  counts: Int32Array;
  /** `most` for each output sample. */
  values: Int32Array;
  most: number;
}

function weightsOf(from: number, to: number): Weights {
  const scale = from / to;
  const stretch = Math.max(scale, 1);
  const support = SUPPORT * stretch;
  const most = Math.ceil(support) * 2 + 1;
  const firsts = new Int32Array(to);
  const counts = new Int32Array(to);
  const values = new Int32Array(to * most);
  for (let i = 0; i < to; i += 1) {
    const centre = (i + 0.5) * scale;
    const first = Math.max(Math.trunc(centre - support + 0.5), 0);
    const count = Math.min(Math.trunc(centre + support + 0.5), from) - first;
    const taps = Array.from({ length: count }, (_, tap) => cubic((first + tap - centre + 0.5) / stretch));
    const sum = taps.reduce((total, tap) => total + tap, 0);
    firsts[i] = first;
    counts[i] = count;
    for (const [tap, value] of taps.entries()) values[i * most + tap] = fixed(value / sum);
  }
  return { firsts, counts, values, most };
}

/** Pillow rounds half away from zero. */
function fixed(weight: number): number {
  return Math.trunc(weight * WHOLE + (weight < 0 ? -0.5 : 0.5));
}

function cubic(x: number): number {
  const d = Math.abs(x);
  if (d < 1) return ((A + 2) * d - (A + 3)) * d * d + 1;
  return d < 2 ? (((d - 5) * d + 8) * d - 4) * A : 0;
}

function resampleRows({ data, start, stepX, stepY, widthPx, heightPx }: SampleGrid, to: number): Uint8Array {
  const { firsts, counts, values, most } = weightsOf(widthPx, to);
  const out = new Uint8Array(CHANNELS * to * heightPx);
  for (let y = 0, at = 0; y < heightPx; y += 1) {
    const row = start + y * stepY;
    for (let x = 0; x < to; x += 1, at += CHANNELS) {
      let [red, green, blue] = [HALF, HALF, HALF];
      const weight = x * most;
      const count = counts[x] as number;
      for (let tap = 0, from = row + (firsts[x] as number) * stepX; tap < count; tap += 1, from += stepX) {
        const value = values[weight + tap] as number;
        red += (data[from] as number) * value;
        green += (data[from + 1] as number) * value;
        blue += (data[from + 2] as number) * value;
      }
      out[at] = level(red);
      out[at + 1] = level(green);
      out[at + 2] = level(blue);
    }
  }
  return out;
}

function resampleColumns(rows: Uint8Array, widthPx: number, weights: Weights): Uint8Array {
  const { firsts, counts, values, most } = weights;
  const stride = CHANNELS * widthPx;
  const out = new Uint8Array(stride * firsts.length);
  const sums = new Int32Array(stride);
  for (let y = 0; y < firsts.length; y += 1) {
    sums.fill(HALF);
    for (let tap = 0; tap < (counts[y] as number); tap += 1) {
      const value = values[y * most + tap] as number;
      const row = ((firsts[y] as number) + tap) * stride;
      for (let x = 0; x < stride; x += 1) {
        sums[x] = (sums[x] as number) + (rows[row + x] as number) * value;
      }
    }
    for (let x = 0; x < stride; x += 1) out[y * stride + x] = level(sums[x] as number);
  }
  return out;
}

/** The sum of weighted samples as a sample, cut to 0..255. */
function level(sum: number): number {
  const value = sum >> PRECISION_BITS;
  return value < 0 ? 0 : Math.min(value, 255);
}

function copyRows({ data, start, stepX, stepY, widthPx, heightPx }: SampleGrid): Uint8Array {
  const out = new Uint8Array(CHANNELS * widthPx * heightPx);
  for (let y = 0, at = 0; y < heightPx; y += 1) {
    for (let x = 0; x < widthPx; x += 1, at += CHANNELS) {
      const from = start + y * stepY + x * stepX;
      out[at] = data[from] as number;
      out[at + 1] = data[from + 1] as number;
      out[at + 2] = data[from + 2] as number;
    }
  }
  return out;
}
