// Bilinear enlargement, row by row, in WebAssembly SIMD.
//
// Weights have 14 bits. Between the two directions a sample has 8 bits more than the 8 that came in, so what comes
// out has in effect been rounded once, to 8 bits. To fit 16 signed bits there, it has 2^15 taken off.

// biome-ignore lint/correctness/useImportExtensions: AssemblyScript puts the ending there itself
import * as lanes from './lanes';

const BLACK: i16 = -32768;

// Of two RGB pixels: each channel of both, side by side in 16 bits.
const CHANNELS = memory.data<u8>([0, 255, 3, 255, 1, 255, 4, 255, 2, 255, 5, 255, 255, 255, 255, 255], 16);

// From 14 bits more to 8 bits more, rounded: half, and what comes off.
const WIDE_HALF = memory.data<i32>([32 - (1 << 21), 32 - (1 << 21), 32 - (1 << 21), 32 - (1 << 21)], 16);

// From 22 bits more to none, rounded: half, and what came off is added back.
const MIXED_HALF: i32 = (1 << 21) + (1 << 29);
const MIXED_HALVES = memory.data<i32>([MIXED_HALF, MIXED_HALF, MIXED_HALF, MIXED_HALF], 16);

/**
 * Widens a row: each pixel is a mixture of a pixel of the narrow row and the next one.
 *
 * @param from the narrow row: RGB of 8 bits, and 8 bytes more
 * @param firsts of each pixel: the first of the two in the narrow row, 32 bits
 * @param weights of each pixel: their weights, 16 bits each; they add up to 2^14
 * @param to RGB of 16 bits, and 16 samples of black
 */
export function widenRow(from: usize, firsts: usize, weights: usize, to: usize, widthPx: i32): void {
  const channels = v128.load(CHANNELS);
  const half = v128.load(WIDE_HALF);
  for (let x = 0; x < widthPx; x++) {
    const both = v128.swizzle(v128.load64_zero(from + 3 * load<i32>(firsts + 4 * x)), channels);
    const sum = i32x4.dot_i16x8_s(both, v128.load32_splat(weights + 4 * x));
    const sample = i32x4.shr_s(i32x4.add(sum, half), 6);
    // The fourth lane is no sample of this pixel; the next one takes its place.
    v128.store64_lane(to + 6 * x, i16x8.narrow_i32x4_s(sample, sample), 0);
  }
  const black = i16x8.splat(BLACK);
  v128.store(to + 6 * widthPx, black);
  v128.store(to + 6 * widthPx, black, 16);
}

/**
 * Mixes two widened rows.
 *
 * @param lowerWeight how much of the lower row there is in 2^14
 * @param to RGB of 8 bits, up to the next multiple of 16 samples
 */
export function mixRows(upper: usize, lower: usize, lowerWeight: i32, to: usize, samples: i32): void {
  const weights = i32x4.splat((lowerWeight << 16) | ((1 << 14) - lowerWeight));
  const half = v128.load(MIXED_HALVES);
  for (let i = 0; i < samples; i += 16) {
    const first = mix(v128.load(upper + 2 * i), v128.load(lower + 2 * i), weights, half);
    const last = mix(v128.load(upper + 2 * i, 16), v128.load(lower + 2 * i, 16), weights, half);
    v128.store(to + i, i8x16.narrow_i16x8_u(first, last));
  }
}

function mix(upper: v128, lower: v128, weights: v128, half: v128): v128 {
  const low = lanes.zipLow(upper, lower);
  const high = lanes.zipHigh(upper, lower);
  return i16x8.narrow_i32x4_s(
    i32x4.shr_s(i32x4.add(i32x4.dot_i16x8_s(low, weights), half), 22),
    i32x4.shr_s(i32x4.add(i32x4.dot_i16x8_s(high, weights), half), 22),
  );
}
