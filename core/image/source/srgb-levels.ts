import { encodeSrgb } from './tone-curve.ts';

/** The largest value of 16 bits. */
export const MOST = 65_535;

/** The level of linear light, by its 65,536 steps; a step is at most 0.05 levels. */
export function levels(): Float32Array {
  return Float32Array.from({ length: MOST + 1 }, (_, value) => 255 * encodeSrgb(value / MOST));
}

/** The step of linear light; what is out of 0..1 is clipped. */
export function step(linear: number): number {
  return linear <= 0 ? 0 : linear >= 1 ? MOST : (MOST * linear + 0.5) | 0;
}
