// Pillow's ImageEnhance, row by row, in WebAssembly SIMD. Each step is Pillow's Image.blend of a row with a poorer
// one: poorer + factor × (sample − poorer) in single precision, cut to a whole number and clipped to 0..255. Rows
// are RGB of 8 bits, with 16 bytes more behind them that may be read and written.

// biome-ignore lint/correctness/useImportExtensions: AssemblyScript puts the ending there itself
import * as grey from './grey';

// 1/13 in 16 bits: exact for whatever thirteen samples can add up to.
const THIRTEENTH = memory.data<u16>([5042, 5042, 5042, 5042, 5042, 5042, 5042, 5042], 16);

// Half of thirteen, for rounding.
const SIX = memory.data<u16>([6, 6, 6, 6, 6, 6, 6, 6], 16);

/**
 * Sharpness: blends with ImageFilter.SMOOTH, whose kernel is a 5 amid eight 1s. The first and last pixel stay.
 *
 * @param samples three times the width, which is at least 3
 */
export function sharpenRow(
  above: usize,
  row: usize,
  below: usize,
  to: usize,
  samples: i32,
  factor: f32,
): void {
  const thirteenth = v128.load(THIRTEENTH);
  const six = v128.load(SIX);
  const factors = f32x4.splat(factor);
  for (let i = 3; i < samples - 3; i += 8) {
    const sample = v128.load_ext<u8>(row + i);
    const sides = i16x8.add(
      column(above + i - 3, row + i - 3, below + i - 3),
      column(above + i + 3, row + i + 3, below + i + 3),
    );
    const box = i16x8.add(sides, column(above + i, row + i, below + i));
    const sum = i16x8.add(i16x8.add(box, i16x8.shl(sample, 2)), six);
    const low = blend(
      i32x4.shr_u(i32x4.extmul_low_i16x8_u(sum, thirteenth), 16),
      i32x4.extend_low_i16x8_u(sample),
      factors,
    );
    const high = blend(
      i32x4.shr_u(i32x4.extmul_high_i16x8_u(sum, thirteenth), 16),
      i32x4.extend_high_i16x8_u(sample),
      factors,
    );
    storeEight(to + i, low, high);
  }
  memory.copy(to, row, 3);
  memory.copy(to + samples - 3, row + samples - 3, 3);
}

/** Eight samples of three rows, added up in 16 bits each. */
function column(above: usize, row: usize, below: usize): v128 {
  const both = i16x8.add(v128.load_ext<u8>(above), v128.load_ext<u8>(below));
  return i16x8.add(both, v128.load_ext<u8>(row));
}

/** Brightness and contrast: blends with one level, in place. */
export function blendWithLevel(row: usize, samples: i32, level: i32, factor: f32): void {
  const levels = i32x4.splat(level);
  const factors = f32x4.splat(factor);
  for (let i = 0; i < samples; i += 8) {
    const sample = v128.load_ext<u8>(row + i);
    const low = blend(levels, i32x4.extend_low_i16x8_u(sample), factors);
    const high = blend(levels, i32x4.extend_high_i16x8_u(sample), factors);
    storeEight(row + i, low, high);
  }
}

/** Colour: blends with grey, in place. */
export function blendWithGrey(row: usize, widthPx: i32, factor: f32): void {
  const redGreen = v128.load(grey.RED_GREEN);
  const blueGreen = v128.load(grey.BLUE_GREEN);
  const redGreenWeights = v128.load(grey.RED_GREEN_WEIGHTS);
  const blueGreenWeights = v128.load(grey.BLUE_GREEN_WEIGHTS);
  const half = v128.load(grey.HALF);
  const factors = f32x4.splat(factor);
  for (let x = 0; x < widthPx; x += 4) {
    const at = row + 3 * x;
    const pixels = v128.load(at);
    const greys = grey.greys(
      v128.swizzle(pixels, redGreen),
      v128.swizzle(pixels, blueGreen),
      redGreenWeights,
      blueGreenWeights,
      half,
    );
    const low = i16x8.extend_low_i8x16_u(pixels);
    const high = i16x8.extend_high_i8x16_u(pixels);
    // Of the pixels 0..3, the samples 0 0 0 1, 1 1 2 2 and 2 3 3 3.
    const first = blend(v128.shuffle<i32>(greys, greys, 0, 0, 0, 1), i32x4.extend_low_i16x8_u(low), factors);
    const second = blend(
      v128.shuffle<i32>(greys, greys, 1, 1, 2, 2),
      i32x4.extend_high_i16x8_u(low),
      factors,
    );
    const third = blend(v128.shuffle<i32>(greys, greys, 2, 3, 3, 3), i32x4.extend_low_i16x8_u(high), factors);
    storeEight(at, first, second);
    const last = i16x8.narrow_i32x4_s(third, third);
    v128.store32_lane(at, i8x16.narrow_i16x8_u(last, last), 0, 8);
  }
}

/** The sum of the greys of a row. */
export function sumOfGreys(row: usize, widthPx: i32): i32 {
  const redGreen = v128.load(grey.RED_GREEN);
  const blueGreen = v128.load(grey.BLUE_GREEN);
  const redGreenWeights = v128.load(grey.RED_GREEN_WEIGHTS);
  const blueGreenWeights = v128.load(grey.BLUE_GREEN_WEIGHTS);
  const half = v128.load(grey.HALF);
  let sum = i32x4.splat(0);
  for (let x = 0; x < widthPx; x += 4) {
    const pixels = v128.load(row + 3 * x);
    const greys = grey.greys(
      v128.swizzle(pixels, redGreen),
      v128.swizzle(pixels, blueGreen),
      redGreenWeights,
      blueGreenWeights,
      half,
    );
    const inside = i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(widthPx - x));
    sum = i32x4.add(sum, v128.and(greys, inside));
  }
  return (
    i32x4.extract_lane(sum, 0) +
    i32x4.extract_lane(sum, 1) +
    i32x4.extract_lane(sum, 2) +
    i32x4.extract_lane(sum, 3)
  );
}

function blend(poorer: v128, sample: v128, factors: v128): v128 {
  const difference = f32x4.convert_i32x4_s(i32x4.sub(sample, poorer));
  return i32x4.trunc_sat_f32x4_s(f32x4.add(f32x4.convert_i32x4_s(poorer), f32x4.mul(factors, difference)));
}

/** Stores eight samples, clipped to 0..255. */
function storeEight(to: usize, low: v128, high: v128): void {
  const words = i16x8.narrow_i32x4_s(low, high);
  v128.store64_lane(to, i8x16.narrow_i16x8_u(words, words), 0);
}
