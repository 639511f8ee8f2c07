import { ssimulacra2Score } from '../../../../../core/image/measure/ssimulacra2-score.ts';
import type { Pixels } from '../../../../../core/image/pixels.ts';

/** One channel of a picture, or anything that has a value at each pixel. */
interface Plane {
  values: number[];
  width: number;
  height: number;
}

const GAUSSIAN = Array.from({ length: 11 }, (_, i) => Math.exp(-((i - 5) ** 2) / (2 * 1.5 ** 2)));
const GAUSSIAN_SUM = GAUSSIAN.reduce((sum, weight) => sum + weight);

/**
 * SSIMULACRA2 word for word as PyPI's package defines it, a whole map at a time, in double precision. Pictures under
 * 225 px a side are mirrored first.
 */
export function naiveSsimulacra2(a: Pixels, b: Pixels): number {
  let [linearA, linearB] = [linear(mirrored(a)), linear(mirrored(b))];
  const scales: number[][][] = [];
  while (scales.length < 6) {
    const [colourA, colourB] = [xyb(linearA), xyb(linearB)];
    scales.push([0, 1, 2].map((channel) => norms(at(colourA, channel), at(colourB, channel))));
    [linearA, linearB] = [mapThree(linearA, halved), mapThree(linearB, halved)];
  }
  return ssimulacra2Score([0, 1, 2].flatMap((channel) => scales.flatMap((scale) => at(scale, channel))));
}

/** Doubles a side by its mirror image as often as needed, and cuts it at 225 px. */
function mirrored(picture: Pixels): Pixels {
  let rows = Array.from({ length: picture.heightPx }, (_, y) => pixelsOfRow(picture, y));
  rows = extended(rows.map((row) => extended(row)));
  return { data: Uint8Array.from(rows.flat(2)), widthPx: at(rows, 0).length, heightPx: rows.length };
}

function pixelsOfRow({ data, widthPx }: Pixels, y: number): number[][] {
  return Array.from({ length: widthPx }, (_, x) => [...data.subarray(3 * (y * widthPx + x)).subarray(0, 3)]);
}

function extended<Item>(items: Item[]): Item[] {
  if (items.length >= 225) return items;
  let longer = items;
  while (longer.length < 225) longer = [...longer, ...longer.toReversed()];
  return longer.slice(0, 225);
}

/** The means of the three maps, and the fourth roots of the means of their fourth powers. */
function norms(a: Plane, b: Plane): number[] {
  const [meanA, meanB] = [blurred(a), blurred(b)];
  const [squareA, squareB, product] = [blurred(times(a, a)), blurred(times(b, b)), blurred(times(a, b))];
  const error = combine((i) => {
    const [m1, m2] = [at(meanA.values, i), at(meanB.values, i)];
    const numerator = (1 - (m1 - m2) ** 2) * (2 * (at(product.values, i) - m1 * m2) + 0.0009);
    const variances = at(squareA.values, i) - m1 * m1 + (at(squareB.values, i) - m2 * m2);
    return Math.max(1 - numerator / (variances + 0.0009), 0);
  });
  const edge = combine((i) => {
    const edgeOf = (plane: Plane, mean: Plane) => 1 + Math.abs(at(plane.values, i) - at(mean.values, i));
    return edgeOf(b, meanB) / edgeOf(a, meanA) - 1;
  });
  const maps = [error, edge.map((e) => Math.max(e, 0)), edge.map((e) => Math.max(-e, 0))];
  return [...maps.map((map) => mean(map)), ...maps.map((map) => mean(map.map((d) => d ** 4)) ** 0.25)];

  function combine(value: (i: number) => number): number[] {
    return a.values.map((_, i) => value(i));
  }
}

/** Beside a picture there are zeros; above and below, the edge is a mirror. */
function blurred({ values, width, height }: Plane): Plane {
  const inRows = values.map((_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    return weighted((k) => (x + k < 0 || x + k >= width ? 0 : at(values, y * width + x + k)));
  });
  const inColumns = values.map((_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    return weighted((k) => {
      const row = y + k < 0 ? -1 - y - k : Math.min(y + k, 2 * height - 1 - y - k);
      return at(inRows, row * width + x);
    });
  });
  return { values: inColumns, width, height };
}

function weighted(value: (k: number) => number): number {
  return GAUSSIAN.reduce((sum, weight, i) => sum + weight * value(i - 5), 0) / GAUSSIAN_SUM;
}

function linear({ data, widthPx: width, heightPx: height }: Pixels): [Plane, Plane, Plane] {
  const channel = (offset: number): Plane => {
    const values = Array.from({ length: width * height }, (_, i) => {
      const share = at(data, 3 * i + offset) / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return { values, width, height };
  };
  return [channel(0), channel(1), channel(2)];
}

function xyb([red, green, blue]: [Plane, Plane, Plane]): Plane[] {
  const bias = 0.0037930732552754493;
  const cone = (r: number, g: number, b: number) =>
    red.values.map((value, i) => {
      const absorbed = r * value + g * at(green.values, i) + b * at(blue.values, i) + bias;
      return Math.cbrt(absorbed) - Math.cbrt(bias);
    });
  const long = cone(0.3, 1 - 0.078 - 0.3, 0.078);
  const medium = cone(0.23, 1 - 0.078 - 0.23, 0.078);
  const short = cone(0.24342268924547819, 0.20476744424496821, 1 - 0.24342268924547819 - 0.20476744424496821);
  const y = long.map((value, i) => (value + at(medium, i)) / 2);
  const channels = [
    long.map((value, i) => 7 * (value - at(medium, i)) + 0.42),
    y.map((value) => value + 0.01),
    short.map((value, i) => value - at(y, i) + 0.55),
  ];
  return channels.map((values) => ({ ...red, values }));
}

/** Each pixel is the mean of up to four. */
function halved({ values, width: fullWidth, height: fullHeight }: Plane): Plane {
  const [width, height] = [Math.ceil(fullWidth / 2), Math.ceil(fullHeight / 2)];
  const means = Array.from({ length: width * height }, (_, i) => {
    const [left, top] = [2 * (i % width), 2 * Math.floor(i / width)];
    const columns = [left, left + 1].filter((x) => x < fullWidth);
    const rows = [top, top + 1].filter((y) => y < fullHeight);
    return mean(rows.flatMap((y) => columns.map((x) => at(values, y * fullWidth + x))));
  });
  return { values: means, width, height };
}

function times(a: Plane, b: Plane): Plane {
  return { ...a, values: a.values.map((value, i) => value * at(b.values, i)) };
}

function mapThree([a, b, c]: [Plane, Plane, Plane], map: (plane: Plane) => Plane): [Plane, Plane, Plane] {
  return [map(a), map(b), map(c)];
}

function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value) / values.length;
}

function at<Value>(values: ArrayLike<Value>, i: number): Value {
  const value = values[i];
  if (value === undefined) throw new RangeError(`expected an index below ${values.length}, received ${i}`);
  return value;
}
