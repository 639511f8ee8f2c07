// What is done with the lanes of vectors.

/** The first four lanes of both, alternating. */
export function zipLow(a: v128, b: v128): v128 {
  return v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
}

/** The last four lanes of both, alternating. */
export function zipHigh(a: v128, b: v128): v128 {
  return v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
}

// Eight lanes of 16 bits, beginning that many lanes further on.

export function shift1(a: v128, b: v128): v128 {
  return v128.shuffle<i16>(a, b, 1, 2, 3, 4, 5, 6, 7, 8);
}

export function shift4(a: v128, b: v128): v128 {
  return v128.shuffle<i16>(a, b, 4, 5, 6, 7, 8, 9, 10, 11);
}

export function shift6(a: v128, b: v128): v128 {
  return v128.shuffle<i16>(a, b, 6, 7, 8, 9, 10, 11, 12, 13);
}

/** Sums of four 16-bit columns, from sums of two. */
export function fours(twos: v128, next: v128): v128 {
  return i16x8.add(twos, v128.shuffle<i16>(twos, next, 2, 3, 4, 5, 6, 7, 8, 9));
}

/** Sums of two 32-bit columns. */
export function pairs(columns: v128, next: v128): v128 {
  return i32x4.add(columns, v128.shuffle<i32>(columns, next, 1, 2, 3, 4));
}

/** Sums of seven 32-bit columns: four, two, and the last one. */
export function sevens(twos: v128, nextTwos: v128, next: v128, afterNext: v128): v128 {
  const four = i32x4.add(twos, v128.shuffle<i32>(twos, nextTwos, 2, 3, 4, 5));
  return i32x4.add(four, i32x4.add(nextTwos, v128.shuffle<i32>(next, afterNext, 2, 3, 4, 5)));
}

export function sumOfWholes(lanes: v128): f64 {
  return (
    <f64>(<u32>i32x4.extract_lane(lanes, 0)) +
    <f64>(<u32>i32x4.extract_lane(lanes, 1)) +
    <f64>(<u32>i32x4.extract_lane(lanes, 2)) +
    <f64>(<u32>i32x4.extract_lane(lanes, 3))
  );
}

export function sumOfFractions(lanes: v128): f64 {
  return (
    <f64>f32x4.extract_lane(lanes, 0) +
    <f64>f32x4.extract_lane(lanes, 1) +
    <f64>f32x4.extract_lane(lanes, 2) +
    <f64>f32x4.extract_lane(lanes, 3)
  );
}
