// The maps of SSIMULACRA2 for one row of one channel, in WebAssembly SIMD.
//
// The error of SSIM is 1 − (1 − (a − b)²) × (2 cov + C2) / (var + C2), where a and b are the blurred pictures, var is
// the sum of their variances and cov is their covariance. The fraction equals 1 − e / (var + C2), where e is the
// variance of the difference of the pictures. In that form, nothing cancels where the pictures are nearly equal:
// 32-bit floats are enough, and four blurs replace five.

// biome-ignore lint/correctness/useImportExtensions: AssemblyScript puts the ending there itself
import * as lanes from './lanes';

// A Gaussian of sigma 1.5: the weights at distances of 0 to 5 pixels. All 11 weights of a window add up to 1.
const WEIGHTS = memory.data<f32>(
  [
    0.2660117248617943, 0.21300553771125366, 0.1093606895097, 0.03600077212843082, 0.007598758135239184,
    0.0010283800844791099,
  ],
  16,
);

// The constant that keeps the error finite in flat regions.
const C2 = memory.data<f32>([0.0009], 16);

const ONE = memory.data<f32>([1], 16);

// The middle row in the list of 11 offsets, in bytes.
const MIDDLE: usize = 20;

/**
 * Blurs a channel downwards. It makes four planes: the blurred reference, the blurred other picture, the blurred sum
 * of their squares and the blurred square of their difference. 32 bytes of zeros follow each.
 *
 * @param rows the offsets of 11 rows, 32 bits each; the middle one is the row to blur
 * @param channel where in a row the reference's channel begins; the other picture's is three planes further
 */
export function blurColumns(
  rows: usize,
  channel: usize,
  planeBytes: usize,
  to: usize,
  toPlaneBytes: usize,
  widthPx: i32,
): void {
  const other: usize = 3 * planeBytes;
  const end: usize = channel + 4 * widthPx;
  for (let at = channel; at < end; at += 16, to += 16) {
    const middle = <usize>load<u32>(rows + MIDDLE) + at;
    const a = v128.load(middle);
    const b = v128.load(middle + other);
    let weight = v128.load32_splat(WEIGHTS);
    let meanA = f32x4.mul(a, weight);
    let meanB = f32x4.mul(b, weight);
    let squares = f32x4.mul(sumOfSquares(a, b), weight);
    let errors = f32x4.mul(square(f32x4.sub(a, b)), weight);
    for (let k: usize = 4; k <= MIDDLE; k += 4) {
      const above = <usize>load<u32>(rows + MIDDLE - k) + at;
      const below = <usize>load<u32>(rows + MIDDLE + k) + at;
      const aboveA = v128.load(above);
      const belowA = v128.load(below);
      const aboveB = v128.load(above + other);
      const belowB = v128.load(below + other);
      weight = v128.load32_splat(WEIGHTS + k);
      meanA = f32x4.add(meanA, f32x4.mul(f32x4.add(aboveA, belowA), weight));
      meanB = f32x4.add(meanB, f32x4.mul(f32x4.add(aboveB, belowB), weight));
      const squared = f32x4.add(sumOfSquares(aboveA, belowA), sumOfSquares(aboveB, belowB));
      squares = f32x4.add(squares, f32x4.mul(squared, weight));
      const error = sumOfSquares(f32x4.sub(aboveA, aboveB), f32x4.sub(belowA, belowB));
      errors = f32x4.add(errors, f32x4.mul(error, weight));
    }
    v128.store(to, meanA);
    v128.store(to + toPlaneBytes, meanB);
    v128.store(to + 2 * toPlaneBytes, squares);
    v128.store(to + 3 * toPlaneBytes, errors);
  }
  for (let plane = 0; plane < 4; plane++, to += toPlaneBytes) {
    v128.store(to, i32x4.splat(0));
    v128.store(to, i32x4.splat(0), 16);
  }
}

/**
 * Blurs a channel sideways and adds up the row's three maps: SSIM's error, edges that only the other picture has, and
 * edges that only the reference has.
 *
 * @param from the planes that blurColumns made; 32 bytes of zeros precede each of them
 * @param row the row's channel of the reference; the other picture's is three planes further
 * @param sums six 64-bit floats: the sum of each map, then the sum of its fourth powers
 */
export function addMaps(
  from: usize,
  fromPlaneBytes: usize,
  row: usize,
  planeBytes: usize,
  widthPx: i32,
  sums: usize,
): void {
  const one = v128.load32_splat(ONE);
  const zero = i32x4.splat(0);
  let error = zero;
  let error4 = zero;
  let added = zero;
  let added4 = zero;
  let lost = zero;
  let lost4 = zero;
  for (let x = 0; x < widthPx; x += 4, from += 16, row += 16) {
    const meanA = blurred(from);
    const meanB = blurred(from + fromPlaneBytes);
    const squares = blurred(from + 2 * fromPlaneBytes);
    const errors = blurred(from + 3 * fromPlaneBytes);
    let d = ssimError(meanA, meanB, squares, errors);
    const edgeA = f32x4.abs(f32x4.sub(v128.load(row), meanA));
    const edgeB = f32x4.abs(f32x4.sub(v128.load(row + 3 * planeBytes), meanB));
    // (1 + edgeB) / (1 + edgeA) − 1: positive where b adds an edge, negative where it loses one.
    let edge = f32x4.div(f32x4.sub(edgeB, edgeA), f32x4.add(edgeA, one));
    if (x + 4 > widthPx) {
      const inside = i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(widthPx - x));
      d = v128.and(d, inside);
      edge = v128.and(edge, inside);
    }
    const edge4 = square(square(edge));
    const isAdded = f32x4.gt(edge, zero);
    error = f32x4.add(error, d);
    error4 = f32x4.add(error4, square(square(d)));
    added = f32x4.add(added, v128.and(edge, isAdded));
    added4 = f32x4.add(added4, v128.and(edge4, isAdded));
    lost = f32x4.sub(lost, v128.andnot(edge, isAdded));
    lost4 = f32x4.add(lost4, v128.andnot(edge4, isAdded));
  }
  addTo(sums, error);
  addTo(sums + 8, added);
  addTo(sums + 16, lost);
  addTo(sums + 24, error4);
  addTo(sums + 32, added4);
  addTo(sums + 40, lost4);
}

function ssimError(meanA: v128, meanB: v128, squares: v128, errors: v128): v128 {
  const off2 = square(f32x4.sub(meanA, meanB));
  const variances = f32x4.sub(squares, sumOfSquares(meanA, meanB));
  const ratio = f32x4.div(f32x4.sub(errors, off2), f32x4.add(variances, v128.load32_splat(C2)));
  const error = f32x4.sub(f32x4.add(off2, ratio), f32x4.mul(off2, ratio));
  return f32x4.max(error, i32x4.splat(0));
}

/** The weighted means of the pixels around each of four. */
function blurred(at: usize): v128 {
  const centre = f32x4.mul(v128.load(at), v128.load32_splat(WEIGHTS));
  const near = f32x4.add(centre, f32x4.add(pair(at, 4), pair(at, 8)));
  return f32x4.add(near, f32x4.add(pair(at, 12), f32x4.add(pair(at, 16), pair(at, 20))));
}

/** The weighted sum of the pixels at a distance on both sides. */
function pair(at: usize, distance: usize): v128 {
  const sum = f32x4.add(v128.load(at - distance), v128.load(at + distance));
  return f32x4.mul(sum, v128.load32_splat(WEIGHTS + distance));
}

function square(a: v128): v128 {
  return f32x4.mul(a, a);
}

function sumOfSquares(a: v128, b: v128): v128 {
  return f32x4.add(f32x4.mul(a, a), f32x4.mul(b, b));
}

function addTo(sum: usize, addend: v128): void {
  store<f64>(sum, load<f64>(sum) + lanes.sumOfFractions(addend));
}
