import { expect } from 'vitest';

/** Two numbers within a tolerance, or both null. */
export function expectNear(found: number | null, expected: number | null, tolerance: number): void {
  if (found === null || expected === null) expect(found).toBe(expected);
  else expect(Math.abs(found - expected), `${found} against ${expected}`).toBeLessThanOrEqual(tolerance);
}
