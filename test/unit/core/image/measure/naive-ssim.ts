/** SSIM word for word as its definition has it, a window at a time, in double precision. */
export function naiveSsim(a: Uint8Array, b: Uint8Array, widthPx: number, heightPx: number): number {
  let sum = 0;
  for (let top = 0; top + 7 <= heightPx; top++) {
    for (let left = 0; left + 7 <= widthPx; left++) {
      const [x, y] = [a, b].map((plane) => windowOf(plane, widthPx, left, top));
      if (x !== undefined && y !== undefined) sum += similarity(x, y);
    }
  }
  return sum / ((widthPx - 6) * (heightPx - 6));
}

function windowOf(plane: Uint8Array, widthPx: number, left: number, top: number): number[] {
  return Array.from({ length: 49 }, (_, i) => {
    return plane[(top + Math.floor(i / 7)) * widthPx + left + (i % 7)] ?? 0;
  });
}

function similarity(x: number[], y: number[]): number {
  const [meanX, meanY] = [mean(x), mean(y)];
  const products = (p: number[], q: number[], meanP: number, meanQ: number) =>
    p.reduce((sum, value, i) => sum + (value - meanP) * ((q[i] ?? 0) - meanQ), 0) / 48;
  const [c1, c2] = [(0.01 * 255) ** 2, (0.03 * 255) ** 2];
  return (
    ((2 * meanX * meanY + c1) * (2 * products(x, y, meanX, meanY) + c2)) /
    ((meanX ** 2 + meanY ** 2 + c1) * (products(x, x, meanX, meanX) + products(y, y, meanY, meanY) + c2))
  );
}

function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value) / values.length;
}
