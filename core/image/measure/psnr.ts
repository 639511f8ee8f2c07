/**
 * Peak signal-to-noise ratio of 8-bit samples in decibels, from the sum of squared differences; null where
 * there is no difference, as JSON has no infinity.
 */
export function psnrDb(sumOfSquares: number, samples: number): number | null {
  return sumOfSquares === 0 ? null : 10 * Math.log10((255 * 255 * samples) / sumOfSquares);
}

/** The sum of the squared differences of two runs of bytes of equal length. */
export function squaredDifferences(a: Uint8Array, b: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    sum += difference * difference;
  }
  return sum;
}
