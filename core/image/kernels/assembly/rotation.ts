// Rotation by any angle, in WebAssembly SIMD. The pixels of the source are squares of one colour, and a rotated pixel
// is the mean colour under its own square. As the angle is constant, the shares of the nine source pixels around a
// position depend on the fraction of that position only; so they come from a table.

// A table has a kernel for each fraction: 64 steps across and 64 down, nine weights of 16 bits, padded to ten.
const STEPS: i32 = 64;
const KERNEL_BYTES = 20;

// Positions have 16 bits behind the point.
const POINT_BITS = 16;
const STEP_BITS = 10;
const HALF_STEP: i32 = 1 << (STEP_BITS - 1);

// The weights of a kernel add up to 256: a sum of weighted samples fits 16 bits without a sign.
const WEIGHT_BITS = 8;
const WHOLE: i32 = 1 << WEIGHT_BITS;
const HALF: i16 = 128;

// The square of a rotated pixel is drawn on a grid of one step: 160 steps hold it at any angle.
const GRID: i32 = 160;
const SUMS: i32 = GRID + 1;

/**
 * Makes the table for an angle.
 *
 * @param table to fill
 * @param sums zeros, for 161×161 sums of 32 bits
 */
export function tabulateRotation(table: usize, sums: usize, cosine: f64, sine: f64): void {
  drawSquare(sums, cosine, sine);
  for (let row = 0; row < STEPS; row++) {
    for (let column = 0; column < STEPS; column++) {
      fillKernel(table + (row * STEPS + column) * KERNEL_BYTES, sums, column, row);
    }
  }
}

/** Draws a rotated unit square, and sums up the cells above and left of each corner of the grid. */
function drawSquare(sums: usize, cosine: f64, sine: f64): void {
  const scale = 1.0 / <f64>STEPS;
  for (let row = 0; row < GRID; row++) {
    const y = (<f64>(2 * row + 1 - GRID) * scale) / 2;
    let inRow = 0;
    for (let column = 0; column < GRID; column++) {
      const x = (<f64>(2 * column + 1 - GRID) * scale) / 2;
      const u = x * cosine - y * sine;
      const v = x * sine + y * cosine;
      if (u >= -0.5 && u < 0.5 && v >= -0.5 && v < 0.5) inRow++;
      store<i32>(
        sums + 4 * ((row + 1) * SUMS + column + 1),
        load<i32>(sums + 4 * (row * SUMS + column + 1)) + inRow,
      );
    }
  }
}

/** Stores the shares of nine pixels in the square. Rounding carries over, so that they add up to a whole. */
function fillKernel(kernel: usize, sums: usize, column: i32, row: i32): void {
  const total = load<i32>(sums + 4 * (SUMS * SUMS - 1));
  let covered = 0;
  let stored = 0;
  for (let tap = 0; tap < 9; tap++) {
    const left = STEPS * ((tap % 3) - 1) - column;
    const top = STEPS * (tap / 3 - 1) - row;
    covered += cellsIn(sums, left, top);
    const share = (covered * WHOLE + total / 2) / total;
    store<i16>(kernel + 2 * tap, <i16>(share - stored));
    stored = share;
  }
}

/** Cells of the square in a source pixel whose corner is that many steps from the square's centre. */
function cellsIn(sums: usize, left: i32, top: i32): i32 {
  return (
    sumAt(sums, left + STEPS, top + STEPS) -
    sumAt(sums, left, top + STEPS) -
    sumAt(sums, left + STEPS, top) +
    sumAt(sums, left, top)
  );
}

function sumAt(sums: usize, x: i32, y: i32): i32 {
  const column = min(max(x + GRID / 2, 0), GRID);
  const row = min(max(y + GRID / 2, 0), GRID);
  return load<i32>(sums + 4 * (row * SUMS + column));
}

/**
 * Makes a row of a rotated picture.
 *
 * @param source RGB of 8 bits, with at least two pixels around every position, and 1 byte more
 * @param strideBytes of a row of the source
 * @param x position of the first pixel's centre in the source, with 16 bits behind the point
 * @param y the same, down
 * @param stepX from one pixel to the next
 * @param stepY the same, down
 * @param to RGB of 8 bits, and 1 byte more
 */
export function rotateRow(
  table: usize,
  source: usize,
  strideBytes: i32,
  x: i32,
  y: i32,
  stepX: i32,
  stepY: i32,
  to: usize,
  widthPx: i32,
): void {
  const half = i16x8.splat(HALF);
  // Positions are rounded to a step of the table.
  x += HALF_STEP;
  y += HALF_STEP;
  for (let i = 0; i < widthPx; i++, x += stepX, y += stepY) {
    const column = (x >> STEP_BITS) & (STEPS - 1);
    const row = (y >> STEP_BITS) & (STEPS - 1);
    let kernel = table + (row * STEPS + column) * KERNEL_BYTES;
    let pixels = source + ((y >> POINT_BITS) - 1) * strideBytes + 3 * ((x >> POINT_BITS) - 1);
    let sum = half;
    for (let tapRow = 0; tapRow < 3; tapRow++) {
      for (let tap = 0; tap < 3; tap++) {
        const pixel = i16x8.extend_low_i8x16_u(v128.load32_zero(pixels + 3 * tap));
        sum = i16x8.add(sum, i16x8.mul(pixel, v128.load16_splat(kernel + 2 * tap)));
      }
      pixels += strideBytes;
      kernel += 6;
    }
    const mean = i16x8.shr_u(sum, WEIGHT_BITS);
    // The fourth lane is not a sample of this pixel; the next pixel overwrites it.
    v128.store32_lane(to + 3 * i, i8x16.narrow_i16x8_u(mean, mean), 0);
  }
}
