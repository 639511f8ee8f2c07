// Lanczos enlargement, row by row, in WebAssembly SIMD, exactly as Pillow computes it on bytes.
//
// An enlarged sample has six taps in each direction. Weights have 22 bits, as in Pillow's Resample.c, and each
// direction rounds to 8 bits.

const TAPS = 6;
const HALF: i32 = 1 << 21;
const BITS = 22;

/**
 * Stretches a row horizontally.
 *
 * @param from RGB of 8 bits, and 32 bytes more
 * @param firsts for each pixel: its first tap in the row, 32 bits
 * @param weights for each pixel: six weights, 32 bits each
 * @param to RGB of 8 bits, and 1 byte more
 */
export function stretchRow(from: usize, firsts: usize, weights: usize, to: usize, widthPx: i32): void {
  const half = i32x4.splat(HALF);
  for (let x = 0; x < widthPx; x++) {
    const taps = from + 3 * load<i32>(firsts + 4 * x);
    const kernel = weights + 4 * TAPS * x;
    let sum = half;
    for (let tap = 0; tap < TAPS; tap++) {
      const pixel = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(taps + 3 * tap)));
      sum = i32x4.add(sum, i32x4.mul(pixel, v128.load32_splat(kernel + 4 * tap)));
    }
    const words = i16x8.narrow_i32x4_s(i32x4.shr_s(sum, BITS), sum);
    // The fourth lane is not a sample of this pixel; the next pixel overwrites it.
    v128.store32_lane(to + 3 * x, i8x16.narrow_i16x8_u(words, words), 0);
  }
}

/**
 * Mixes six rows vertically.
 *
 * @param rows six offsets of rows, 32 bits each; a row may repeat
 * @param weights of the six rows, 32 bits each
 * @param to 8 bits a sample, up to the next multiple of 8 samples
 */
export function stackRows(rows: usize, weights: usize, to: usize, samples: i32): void {
  const half = i32x4.splat(HALF);
  for (let i = 0; i < samples; i += 8) {
    let low = half;
    let high = half;
    for (let tap = 0; tap < TAPS; tap++) {
      const weight = v128.load32_splat(weights + 4 * tap);
      const row = v128.load_ext<u8>(load<usize>(rows + 4 * tap) + i);
      low = i32x4.add(low, i32x4.mul(i32x4.extend_low_i16x8_u(row), weight));
      high = i32x4.add(high, i32x4.mul(i32x4.extend_high_i16x8_u(row), weight));
    }
    const words = i16x8.narrow_i32x4_s(i32x4.shr_s(low, BITS), i32x4.shr_s(high, BITS));
    v128.store64_lane(to + i, i8x16.narrow_i16x8_u(words, words), 0);
  }
}
