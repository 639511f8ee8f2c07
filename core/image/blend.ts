/** `factor × difference` for the differences −255..255, in single precision as Pillow has it; index 0 is −255. */
export function differenceTable(factor: number): Float32Array {
  const single = Math.fround(factor);
  return Float32Array.from({ length: 511 }, (_, index) => single * (index - 255));
}

/**
 * One sample of Pillow's Image.blend: `degenerate + factor × (sample − degenerate)`, clipped to 0..255 and cut to
 * a whole number, not rounded.
 *
 * @param differences the table of the factor
 * @see https://github.com/python-pillow/Pillow/blob/9.4.0/src/libImaging/Blend.c
 */
export function blend(degenerate: number, sample: number, differences: Float32Array): number {
  const value = Math.fround(degenerate + (differences[sample - degenerate + 255] ?? 0));
  if (value <= 0) return 0;
  return value >= 255 ? 255 : value | 0;
}

/** What blending with one fixed level makes of each sample. */
export function blendTable(degenerate: number, factor: number): Uint8Array {
  const differences = differenceTable(factor);
  return Uint8Array.from({ length: 256 }, (_, sample) => blend(degenerate, sample, differences));
}
