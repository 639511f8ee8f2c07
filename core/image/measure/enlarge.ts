import type { Pixels } from '../pixels.ts';

/** The picture at another size: bilinear, half-pixel centres, edges repeated, rounded to 8 bits once. */
export function enlargeBilinear(pixels: Pixels, widthPx: number, heightPx: number): Pixels {
  const { data } = pixels;
  const data2 = new Uint8Array(3 * widthPx * heightPx);
  for (let y = 0; y < heightPx; y++) {
    const v = tap(y, heightPx, pixels.heightPx);
    for (let x = 0; x < widthPx; x++) {
      const u = tap(x, widthPx, pixels.widthPx);
      for (let c = 0; c < 3; c++) {
        const at = (row: number, column: number) => data[3 * (row * pixels.widthPx + column) + c] ?? 0;
        const top = at(v.from, u.from) * (1 - u.part) + at(v.from, u.to) * u.part;
        const bottom = at(v.to, u.from) * (1 - u.part) + at(v.to, u.to) * u.part;
        data2[3 * (y * widthPx + x) + c] = Math.floor(top * (1 - v.part) + bottom * v.part + 0.5);
      }
    }
  }
  return { data: data2, widthPx, heightPx };
}

function tap(index: number, target: number, source: number): { from: number; to: number; part: number } {
  const centre = ((index + 0.5) * source) / target - 0.5;
  const from = Math.floor(centre);
  const clamp = (i: number) => Math.min(Math.max(i, 0), source - 1);
  return { from: clamp(from), to: clamp(from + 1), part: centre - from };
}
