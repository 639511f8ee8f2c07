import type { Primaries } from './colour-space.ts';

export type Vector = readonly [number, number, number];
export type Matrix = readonly [Vector, Vector, Vector];

/** The white of ICC profiles. @see ICC.1:2022, 7.2.16 */
export const D50: Vector = [0.9642, 1, 0.8249];

/** Cone responses by Bradford. @see ICC.1:2022, annex E */
const BRADFORD: Matrix = [
  [0.8951, 0.2664, -0.1614],
  [-0.7502, 1.7135, 0.0367],
  [0.0389, -0.0685, 1.0296],
];

/** Colorants of real colours are far below this; those of others are not even numbers. */
const MAX_COLORANT = 4;

/** Whether primaries span a colour space at all: files hold some that lie on one line, or have no white. */
export function spanColours(primaries: Primaries): boolean {
  return colorants(primaries).every((row) => row.every((value) => Math.abs(value) < MAX_COLORANT));
}

/** XYZ of red, green and blue, one a column, adapted to D50. @see http://www.brucelindbloom.com/Eqn_RGB_XYZ_Matrix.html */
export function colorants(primaries: Primaries): Matrix {
  return product(adaptation(toXyz(primaries.white)), unadapted(primaries));
}

/** How much full red, green and blue add to the luminance of white, which is 1. */
export function luminances(primaries: Primaries): Vector {
  return unadapted(primaries)[1];
}

function unadapted({ red, green, blue, white }: Primaries): Matrix {
  const unscaled = transposed([red, green, blue].map(toXyz) as unknown as Matrix);
  const scale = times(inverse(unscaled), toXyz(white));
  return unscaled.map((row) => row.map((value, index) => value * (scale[index] ?? 0))) as unknown as Matrix;
}

function adaptation(white: Vector): Matrix {
  const from = times(BRADFORD, white);
  const to = times(BRADFORD, D50);
  const scaled = BRADFORD.map((row, index) =>
    row.map((value) => (value * (to[index] ?? 0)) / (from[index] ?? 1)),
  );
  return product(inverse(BRADFORD), scaled as unknown as Matrix);
}

function toXyz([x, y]: readonly [number, number]): Vector {
  return [x / y, 1, (1 - x - y) / y];
}

function times(matrix: Matrix, vector: Vector): Vector {
  return matrix.map(
    (row) => row[0] * vector[0] + row[1] * vector[1] + row[2] * vector[2],
  ) as unknown as Vector;
}

export function product(a: Matrix, b: Matrix): Matrix {
  return transposed(transposed(b).map((column) => times(a, column)) as unknown as Matrix);
}

export function transposed([a, b, c]: Matrix): Matrix {
  return [0, 1, 2].map((index) => [a[index], b[index], c[index]]) as unknown as Matrix;
}

export function inverse([a, b, c]: Matrix): Matrix {
  const cross = (u: Vector, v: Vector): Vector => [
    u[1] * v[2] - u[2] * v[1],
    u[2] * v[0] - u[0] * v[2],
    u[0] * v[1] - u[1] * v[0],
  ];
  const columns: Matrix = [cross(b, c), cross(c, a), cross(a, b)];
  const determinant = a[0] * columns[0][0] + a[1] * columns[0][1] + a[2] * columns[0][2];
  return transposed(columns.map((column) => column.map((value) => value / determinant)) as unknown as Matrix);
}
