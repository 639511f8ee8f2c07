// The comparison of two pictures, row by row, in WebAssembly SIMD.
//
// The caller lays out the memory, puts a row of each picture into it and calls addColourRow or addGreyRow. Behind
// a row's samples there are zeros, to the next multiple of 16 pixels. Sums are whole numbers up to the last step,
// so nothing cancels in flat regions.

// biome-ignore lint/correctness/useImportExtensions: AssemblyScript puts the ending there itself
import * as grey from './grey';
// biome-ignore lint/correctness/useImportExtensions: AssemblyScript puts the ending there itself
import * as lanes from './lanes';

const WINDOW: i32 = 7;

// Rows are taken in blocks, so that sums in 32 bits neither overflow nor lose digits.
const COLOUR_BLOCK: i32 = 8192;
const WINDOW_BLOCK: i32 = 256;

// Constants are loaded before a loop; see grey.ts.

// Of pairs of 16 bits: the first alone.
const FIRST_ALONE = memory.data<i16>([-1, 0, -1, 0, -1, 0, -1, 0], 16);

// The pixels of a window, and twice that.
const COUNT = memory.data<i32>([49, 49, 49, 49], 16);
const TWICE = memory.data<i32>([98, 98, 98, 98], 16);

// (0.01 × 255)² × 49² and (0.03 × 255)² × 49 × 48: the constants of SSIM at the scale of the sums.
const C1 = memory.data<f32>([15612.5025, 15612.5025, 15612.5025, 15612.5025], 16);
const C2 = memory.data<f32>([137644.92, 137644.92, 137644.92, 137644.92], 16);

let rowA: usize = 0;
let rowB: usize = 0;
let ringA: usize = 0;
let ringB: usize = 0;
let columns: usize = 0;
let widthPx: i32 = 0;
let paddedPx: i32 = 0;
let rows: i32 = 0;
let similaritySum: f64 = 0;
let squaredErrorSum: f64 = 0;

/** Where the caller may begin to use memory. */
export function freeMemory(): usize {
  return __heap_base;
}

/**
 * Starts a comparison of pictures of a width, with its places in memory; all of them hold zeros.
 *
 * @param a a row of one picture: 3 bytes a pixel, and 4 more
 * @param b a row of the other
 * @param lastOfA the greys of its last 7 rows: 7 bytes a pixel
 * @param lastOfB the same of the other
 * @param sums of the last 7 rows in each column: 12 bytes a pixel, and 256 more
 * @param padded the width, rounded up to a multiple of 16
 */
export function start(
  a: usize,
  b: usize,
  lastOfA: usize,
  lastOfB: usize,
  sums: usize,
  width: i32,
  padded: i32,
): void {
  rowA = a;
  rowB = b;
  ringA = lastOfA;
  ringB = lastOfB;
  columns = sums;
  widthPx = width;
  paddedPx = padded;
  rows = 0;
  similaritySum = 0;
  squaredErrorSum = 0;
}

/** The sum of the similarities of all windows so far. */
export function similarity(): f64 {
  return similaritySum;
}

/** The sum of the squared differences of all samples so far. */
export function squaredError(): f64 {
  return squaredErrorSum;
}

/** Takes in the next row of both pictures, in RGB. Their greys are left in the places of the rows. */
export function addColourRow(): void {
  const redGreen = v128.load(grey.RED_GREEN);
  const blueGreen = v128.load(grey.BLUE_GREEN);
  const firstAlone = v128.load(FIRST_ALONE);
  const redGreenWeights = v128.load(grey.RED_GREEN_WEIGHTS);
  const blueGreenWeights = v128.load(grey.BLUE_GREEN_WEIGHTS);
  const half = v128.load(grey.HALF);
  for (let from = 0; from < widthPx; from += COLOUR_BLOCK) {
    const to = min(from + COLOUR_BLOCK, widthPx);
    let error = i32x4.splat(0);
    for (let x = from; x < to; x += 4) {
      const pixelsA = v128.load(rowA + 3 * x);
      const pixelsB = v128.load(rowB + 3 * x);
      const redGreenA = v128.swizzle(pixelsA, redGreen);
      const redGreenB = v128.swizzle(pixelsB, redGreen);
      const blueGreenA = v128.swizzle(pixelsA, blueGreen);
      const blueGreenB = v128.swizzle(pixelsB, blueGreen);

      const off = i16x8.sub(redGreenA, redGreenB);
      const blueOff = v128.and(i16x8.sub(blueGreenA, blueGreenB), firstAlone);
      const squares = i32x4.add(i32x4.dot_i16x8_s(off, off), i32x4.dot_i16x8_s(blueOff, blueOff));
      error = i32x4.add(error, squares);

      const greysA = grey.greys(redGreenA, blueGreenA, redGreenWeights, blueGreenWeights, half);
      const greysB = grey.greys(redGreenB, blueGreenB, redGreenWeights, blueGreenWeights, half);
      const greys = i16x8.narrow_i32x4_s(greysA, greysB);
      const bytes = i8x16.narrow_i16x8_u(greys, greys);
      v128.store32_lane(rowA + x, bytes, 0);
      v128.store32_lane(rowB + x, bytes, 1);
    }
    squaredErrorSum += lanes.sumOfWholes(error);
  }
  addGreyRow();
}

/** Takes in the next row of both pictures, in grey. */
export function addGreyRow(): void {
  const slot = (rows % WINDOW) * paddedPx;
  for (let x = 0; x < widthPx; x += 8) addToColumns(x, slot + x);
  rows++;
  if (rows < WINDOW) return;
  const windows = widthPx - WINDOW + 1;
  for (let from = 0; from < windows; from += WINDOW_BLOCK) {
    addWindows(from, min(from + WINDOW_BLOCK, windows));
  }
}

/** Puts eight new greys of each picture into the sums of their columns, and takes out those of seven rows ago. */
function addToColumns(x: i32, slot: i32): void {
  const newA = v128.load_ext<u8>(rowA + x);
  const newB = v128.load_ext<u8>(rowB + x);
  const oldA = v128.load_ext<u8>(ringA + slot);
  const oldB = v128.load_ext<u8>(ringB + slot);
  store<u64>(ringA + slot, load<u64>(rowA + x));
  store<u64>(ringB + slot, load<u64>(rowB + x));

  // Of eight columns: Σa and Σb in 16 bits each, Σ(a² + b²) and Σab in 32 bits each.
  const at = columns + 12 * x;
  const changeA = i16x8.sub(newA, oldA);
  const changeB = i16x8.sub(newB, oldB);
  v128.store(at, i16x8.add(v128.load(at), changeA));
  v128.store(at, i16x8.add(v128.load(at, 16), changeB), 16);
  // new² − old² is (new − old)(new + old).
  const sumA = i16x8.add(newA, oldA);
  const sumB = i16x8.add(newB, oldB);
  const powersLow = i32x4.dot_i16x8_s(lanes.zipLow(changeA, changeB), lanes.zipLow(sumA, sumB));
  const powersHigh = i32x4.dot_i16x8_s(lanes.zipHigh(changeA, changeB), lanes.zipHigh(sumA, sumB));
  v128.store(at, i32x4.add(v128.load(at, 32), powersLow), 32);
  v128.store(at, i32x4.add(v128.load(at, 48), powersHigh), 48);
  const minusB = i16x8.neg(oldB);
  const productsLow = i32x4.dot_i16x8_s(lanes.zipLow(newA, oldA), lanes.zipLow(newB, minusB));
  const productsHigh = i32x4.dot_i16x8_s(lanes.zipHigh(newA, oldA), lanes.zipHigh(newB, minusB));
  v128.store(at, i32x4.add(v128.load(at, 64), productsLow), 64);
  v128.store(at, i32x4.add(v128.load(at, 80), productsHigh), 80);
}

/**
 * Adds the similarities of the windows that begin in a range of columns, eight at a time. Sums of seven are made of
 * sums of two: of each kind of sum, the vectors of the next eight columns (`a0`, `a1`, …; four for 32 bits) and
 * the sums of each column there and its neighbour (`a01` begins at `a0`).
 */
function addWindows(from: i32, to: i32): void {
  const count = v128.load(COUNT);
  const twice = v128.load(TWICE);
  const c1 = v128.load(C1);
  const c2 = v128.load(C2);
  let sum = f32x4.splat(0);

  let at = columns + 12 * from;
  let a0 = v128.load(at);
  let b0 = v128.load(at, 16);
  let a1 = v128.load(at, 96);
  let b1 = v128.load(at, 112);
  let a01 = i16x8.add(a0, lanes.shift1(a0, a1));
  let b01 = i16x8.add(b0, lanes.shift1(b0, b1));
  let powers1 = v128.load(at, 48);
  let products1 = v128.load(at, 80);
  let powers01 = lanes.pairs(v128.load(at, 32), powers1);
  let products01 = lanes.pairs(v128.load(at, 64), products1);

  for (let x = from; x < to; x += 8, at += 96) {
    const a2 = v128.load(at, 192);
    const a12 = i16x8.add(a1, lanes.shift1(a1, a2));
    const a = i16x8.add(lanes.fours(a01, a12), i16x8.add(lanes.shift4(a01, a12), lanes.shift6(a0, a1)));
    a0 = a1;
    a1 = a2;
    a01 = a12;
    const b2 = v128.load(at, 208);
    const b12 = i16x8.add(b1, lanes.shift1(b1, b2));
    const b = i16x8.add(lanes.fours(b01, b12), i16x8.add(lanes.shift4(b01, b12), lanes.shift6(b0, b1)));
    b0 = b1;
    b1 = b2;
    b01 = b12;

    const powers2 = v128.load(at, 128);
    const powers12 = lanes.pairs(powers1, powers2);
    const products2 = v128.load(at, 160);
    const products12 = lanes.pairs(products1, products2);
    let low = similarities(
      lanes.zipLow(a, b),
      lanes.zipLow(b, a),
      i32x4.mul(lanes.sevens(powers01, powers12, powers1, powers2), count),
      i32x4.mul(lanes.sevens(products01, products12, products1, products2), twice),
      c1,
      c2,
    );
    powers1 = v128.load(at, 144);
    powers01 = lanes.pairs(powers2, powers1);
    products1 = v128.load(at, 176);
    products01 = lanes.pairs(products2, products1);
    let high = similarities(
      lanes.zipHigh(a, b),
      lanes.zipHigh(b, a),
      i32x4.mul(lanes.sevens(powers12, powers01, powers2, powers1), count),
      i32x4.mul(lanes.sevens(products12, products01, products2, products1), twice),
      c1,
      c2,
    );
    if (x + 8 > to) {
      const left = i32x4.splat(to - x);
      low = v128.and(low, i32x4.lt_s(i32x4(0, 1, 2, 3), left));
      high = v128.and(high, i32x4.lt_s(i32x4(4, 5, 6, 7), left));
    }
    sum = f32x4.add(sum, f32x4.add(low, high));
  }
  similaritySum += lanes.sumOfFractions(sum);
}

/**
 * The similarities of four windows.
 *
 * @param means Σa and Σb in pairs of 16 bits
 * @param swapped Σb and Σa
 * @param powers 49 Σ(a² + b²)
 * @param products 98 Σab
 */
function similarities(means: v128, swapped: v128, powers: v128, products: v128, c1: v128, c2: v128): v128 {
  const product = i32x4.dot_i16x8_s(means, swapped);
  const squares = i32x4.dot_i16x8_s(means, means);
  const covariance = i32x4.sub(products, product);
  const variance = i32x4.sub(powers, squares);
  return f32x4.div(
    f32x4.mul(
      f32x4.add(f32x4.convert_i32x4_s(product), c1),
      f32x4.add(f32x4.convert_i32x4_s(covariance), c2),
    ),
    f32x4.mul(f32x4.add(f32x4.convert_i32x4_s(squares), c1), f32x4.add(f32x4.convert_i32x4_s(variance), c2)),
  );
}
