import { greyOf } from '../../../../../core/image/edit/point-filters.ts';
import type { Pixels } from '../../../../../core/image/pixels.ts';
import type { Enhance } from '../../../../../core/recipe.ts';

/** ImageEnhance step by step, a whole picture at a time, as Pillow's sources have it. */
export function naiveEnhance(
  pixels: Pixels,
  { sharpness, brightness, contrast, color }: Enhance,
): Uint8Array {
  const { widthPx, heightPx } = pixels;
  let data = blend(smooth(pixels), pixels.data, sharpness);
  data = blend(
    data.map(() => 0),
    data,
    brightness,
  );
  const greys = greysOf(data);
  const mean = Math.floor(greys.reduce((sum, grey) => sum + grey, 0) / (widthPx * heightPx) + 0.5);
  data = blend(
    data.map(() => mean),
    data,
    contrast,
  );
  const greysNow = greysOf(data);
  return blend(
    data.map((_, i) => greysNow[Math.floor(i / 3)] ?? 0),
    data,
    color,
  );
}

function blend(poorer: Uint8Array, data: Uint8Array, factor: number): Uint8Array {
  return data.map((sample, i) => {
    const from = poorer[i] ?? 0;
    const value = Math.fround(from + Math.fround(Math.fround(factor) * (sample - from)));
    return Math.trunc(Math.min(Math.max(value, 0), 255));
  });
}

function smooth({ data, widthPx, heightPx }: Pixels): Uint8Array {
  const row = 3 * widthPx;
  return data.map((sample, i) => {
    const [x, y] = [Math.floor((i % row) / 3), Math.floor(i / row)];
    if (x === 0 || y === 0 || x === widthPx - 1 || y === heightPx - 1) return sample;
    const offsets = [-row - 3, -row, -row + 3, -3, 3, row - 3, row, row + 3];
    const sum = offsets.reduce((total, offset) => total + (data[i + offset] ?? 0), 5 * sample);
    return Math.floor(sum / 13 + 0.5);
  });
}

function greysOf(data: Uint8Array): number[] {
  return Array.from({ length: data.length / 3 }, (_, pixel) =>
    greyOf(data[3 * pixel] ?? 0, data[3 * pixel + 1] ?? 0, data[3 * pixel + 2] ?? 0),
  );
}
