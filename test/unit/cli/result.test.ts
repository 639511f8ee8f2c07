import { expect, it } from 'vitest';
import { exitStatusOf } from '../../../cli/result.ts';

it.each([
  [[], 0],
  [['COMPLETE', 'COMPLETE'], 0],
  [['COMPLETE', 'REJECTED'], 3],
  [['REJECTED', 'FAILED', 'COMPLETE'], 1],
] as const)('%j ends with %i', (states, status) => {
  expect(exitStatusOf(states.map((state) => ({ state })))).toBe(status);
});
