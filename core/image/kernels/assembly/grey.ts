// Grey as Pillow's mode L has it: (19595 R + 38470 G + 7471 B + 2^15) / 2^16.
//
// V8 makes a constant vector anew wherever one is used, which costs more than the work itself; a vector that was
// loaded before a loop stays in its register. So constants are places in memory here, for the callers to load.

// Of four RGB pixels: pairs of 16 bits, (red, green) and (blue, green). Indices above 15 give zero.
export const RED_GREEN = memory.data<u8>(
  [0, 255, 1, 255, 3, 255, 4, 255, 6, 255, 7, 255, 9, 255, 10, 255],
  16,
);
export const BLUE_GREEN = memory.data<u8>(
  [2, 255, 1, 255, 5, 255, 4, 255, 8, 255, 7, 255, 11, 255, 10, 255],
  16,
);

// Green's weight is too large for 16 signed bits, so each pair carries a half of it.
export const RED_GREEN_WEIGHTS = memory.data<i16>(
  [19595, 19235, 19595, 19235, 19595, 19235, 19595, 19235],
  16,
);
export const BLUE_GREEN_WEIGHTS = memory.data<i16>([7471, 19235, 7471, 19235, 7471, 19235, 7471, 19235], 16);
export const HALF = memory.data<i32>([0x8000, 0x8000, 0x8000, 0x8000], 16);

/** The greys of four pixels in 32 bits each, from their pairs and the loaded constants. */
export function greys(
  redGreen: v128,
  blueGreen: v128,
  redGreenWeights: v128,
  blueGreenWeights: v128,
  half: v128,
): v128 {
  const sum = i32x4.add(
    i32x4.dot_i16x8_s(redGreen, redGreenWeights),
    i32x4.dot_i16x8_s(blueGreen, blueGreenWeights),
  );
  return i32x4.shr_u(i32x4.add(sum, half), 16);
}
