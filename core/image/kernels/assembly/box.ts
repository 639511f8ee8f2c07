// Means of square blocks of pixels, in WebAssembly SIMD.

/**
 * Averages one row of blocks. Each mean is rounded.
 *
 * @param rows as many rows of RGB as a block has, one behind the other, and 16 bytes more
 * @param strideBytes from a row to the next
 * @param side of a block, in pixels, at most 256
 * @param sums room for as many samples of 16 bits as a row of blocks has, and 32 bytes more
 * @param to RGB of each block, and 1 byte more
 */
export function averageRows(
  rows: usize,
  strideBytes: usize,
  side: i32,
  sums: usize,
  to: usize,
  blocks: i32,
): void {
  const samples = 3 * side * blocks;
  for (let i = 0; i < samples; i += 16) {
    let low = i16x8.splat(0);
    let high = i16x8.splat(0);
    for (let row = 0; row < side; row++) {
      const levels = v128.load(rows + row * strideBytes + i);
      low = i16x8.add(low, i16x8.extend_low_i8x16_u(levels));
      high = i16x8.add(high, i16x8.extend_high_i8x16_u(levels));
    }
    v128.store(sums + 2 * i, low);
    v128.store(sums + 2 * i, high, 16);
  }
  const scale = f32x4.splat(1 / <f32>(side * side));
  for (let block = 0, from = sums; block < blocks; block++) {
    let sum = i32x4.splat(0);
    for (let column = 0; column < side; column++, from += 6) {
      sum = i32x4.add(sum, i32x4.extend_low_i16x8_u(v128.load64_zero(from)));
    }
    const mean = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(f32x4.convert_i32x4_s(sum), scale)));
    const words = i16x8.narrow_i32x4_s(mean, mean);
    // The fourth lane is no sample of this block; the next block overwrites it.
    v128.store32_lane(to + 3 * block, i8x16.narrow_i16x8_u(words, words), 0);
  }
}
