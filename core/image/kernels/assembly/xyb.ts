// Rows of two pictures in XYB, the colours in which SSIMULACRA2 compares them, in WebAssembly SIMD.
//
// A row holds six planes of 32-bit floats: three channels of the reference, then three of the other picture. The
// caller pads the width of a plane to a multiple of 8 pixels. Constants are loaded from memory; see grey.ts.

// The share of red, green and blue that each of the three kinds of cones absorbs.
const LONG = memory.data<f32>([0.3, 0.622, 0.078], 16);
const MEDIUM = memory.data<f32>([0.23, 0.692, 0.078], 16);
const SHORT = memory.data<f32>([0.24342268924547819, 0.20476744424496821, 0.5518098665095537], 16);

// What a cone reports in the dark, and its cube root.
const BIAS = memory.data<f32>([0.0037930732552754493], 16);
const BIAS_ROOT = memory.data<f32>([0.15595420054924863], 16);

// X is half the difference of two cones, times 14; Y is half their sum. The offsets make every channel positive.
const X_SCALE = memory.data<f32>([7], 16);
const Y_SCALE = memory.data<f32>([0.5], 16);
const X_OFFSET = memory.data<f32>([0.42], 16);
const Y_OFFSET = memory.data<f32>([0.01], 16);
const B_OFFSET = memory.data<f32>([0.55], 16);

// 21/64 of the bits of a float plus this number are the bits of its cube root, within 4.4 % from 0.0038 to 1.0038.
const ROOT_BITS = memory.data<i32>([715258130], 16);

/**
 * Turns a row of 8-bit sRGB into three planes of linear light.
 *
 * @param levels the linear light of each of the 256 levels, as 32-bit floats
 * @param planeBytes the size of a plane
 */
export function linearRow(from: usize, levels: usize, to: usize, planeBytes: usize, widthPx: i32): void {
  const end = to + <usize>(4 * widthPx);
  for (; to < end; to += 4, from += 3) {
    store<f32>(to, load<f32>(levels + 4 * <usize>load<u8>(from)));
    store<f32>(to + planeBytes, load<f32>(levels + 4 * <usize>load<u8>(from, 1)));
    store<f32>(to + 2 * planeBytes, load<f32>(levels + 4 * <usize>load<u8>(from, 2)));
  }
}

/**
 * Halves the width and height of two rows: each pixel becomes the mean of four. Where the width is odd, the last
 * pixel of each row counts twice.
 *
 * @param lower the row below; the upper row again where the height is odd
 * @param widthPx the width before
 */
export function halveRows(
  upper: usize,
  lower: usize,
  planeBytes: usize,
  to: usize,
  toPlaneBytes: usize,
  widthPx: i32,
): void {
  const quarter = f32x4.splat(0.25);
  const end = <usize>(4 * widthPx);
  for (let plane = 0; plane < 6; plane++) {
    if (widthPx & 1) {
      store<f32>(upper + end, load<f32>(upper + end - 4));
      store<f32>(lower + end, load<f32>(lower + end - 4));
    }
    for (let at: usize = 0; at < end; at += 32) {
      const left = f32x4.add(v128.load(upper + at), v128.load(lower + at));
      const right = f32x4.add(v128.load(upper + at, 16), v128.load(lower + at, 16));
      const even = v128.shuffle<f32>(left, right, 0, 2, 4, 6);
      const odd = v128.shuffle<f32>(left, right, 1, 3, 5, 7);
      v128.store(to + at / 2, f32x4.mul(f32x4.add(even, odd), quarter));
    }
    upper += planeBytes;
    lower += planeBytes;
    to += toPlaneBytes;
  }
}

/** Turns a row of linear light into XYB. Zeros fill the planes behind the width. */
export function xybRow(from: usize, to: usize, planeBytes: usize, widthPx: i32): void {
  xybPlanes(from, to, planeBytes, widthPx);
  xybPlanes(from + 3 * planeBytes, to + 3 * planeBytes, planeBytes, widthPx);
  const used = <usize>(4 * widthPx);
  for (let plane = 0; plane < 6; plane++, to += planeBytes) memory.fill(to + used, 0, planeBytes - used);
}

function xybPlanes(from: usize, to: usize, planeBytes: usize, widthPx: i32): void {
  const end = from + <usize>(4 * widthPx);
  for (; from < end; from += 16, to += 16) {
    const red = v128.load(from);
    const green = v128.load(from + planeBytes);
    const blue = v128.load(from + 2 * planeBytes);
    const long = response(red, green, blue, LONG);
    const medium = response(red, green, blue, MEDIUM);
    const short = response(red, green, blue, SHORT);
    const x = f32x4.mul(f32x4.sub(long, medium), v128.load32_splat(X_SCALE));
    const y = f32x4.mul(f32x4.add(long, medium), v128.load32_splat(Y_SCALE));
    v128.store(to, f32x4.add(x, v128.load32_splat(X_OFFSET)));
    v128.store(to + planeBytes, f32x4.add(y, v128.load32_splat(Y_OFFSET)));
    v128.store(to + 2 * planeBytes, f32x4.add(f32x4.sub(short, y), v128.load32_splat(B_OFFSET)));
  }
}

/** What one kind of cone reports of four pixels. */
function response(red: v128, green: v128, blue: v128, shares: usize): v128 {
  const absorbed = f32x4.add(
    f32x4.add(f32x4.mul(red, v128.load32_splat(shares)), f32x4.mul(green, v128.load32_splat(shares, 4))),
    f32x4.add(f32x4.mul(blue, v128.load32_splat(shares, 8)), v128.load32_splat(BIAS)),
  );
  return f32x4.sub(cubeRoot(absorbed), v128.load32_splat(BIAS_ROOT));
}

/** The cube root by Halley's method: two steps from the guess reach the precision of a 32-bit float. */
function cubeRoot(x: v128): v128 {
  const third = i32x4.add(i32x4.add(i32x4.shr_u(x, 2), i32x4.shr_u(x, 4)), i32x4.shr_u(x, 6));
  return nearerRoot(nearerRoot(i32x4.add(third, v128.load32_splat(ROOT_BITS)), x), x);
}

function nearerRoot(root: v128, x: v128): v128 {
  const cube = f32x4.mul(f32x4.mul(root, root), root);
  const above = f32x4.add(f32x4.add(cube, x), x);
  const below = f32x4.add(f32x4.add(cube, cube), x);
  return f32x4.mul(root, f32x4.div(above, below));
}
