import { describe, expect, it } from 'vitest';
import { BUGS } from './bugs.ts';
import { simulate } from './scenario.ts';

/** Enough for a test on every change; `npm run simulate -- --seeds 100000` looks further. */
const SEEDS = 400;

/** Worlds within which every built-in mistake must break an invariant. */
const SEEDS_FOR_A_BUG = 500;

describe('the simulated pipeline', () => {
  it('holds its invariants, whatever crashes, repeats or comes out of order', async () => {
    const states: Record<string, number> = {};
    for (let seed = 1; seed <= SEEDS; seed++) {
      const outcome = await simulate(seed);
      expect(outcome.violations, `npm run simulate -- --seed ${seed}`).toEqual([]);
      for (const [state, count] of Object.entries(outcome.states))
        states[state] = (states[state] ?? 0) + count;
    }
    // A simulation that reaches no end proves nothing: each must have been reached often.
    expect(states.COMPLETE).toBeGreaterThan(SEEDS / 2);
    expect(states.REJECTED).toBeGreaterThan(SEEDS / 10);
    expect(states.DELETED).toBeGreaterThan(SEEDS / 20);
    expect(states.PURGED).toBeGreaterThan(SEEDS / 20);
  });

  it('replays a seed exactly', async () => {
    for (const seed of [7, 1018, 4753]) {
      const [first, second] = [await simulate(seed), await simulate(seed)];
      expect(second).toEqual(first);
      expect(first.trace.length).toBeGreaterThan(50);
    }
  });

  it.each(BUGS)('catches a known mistake: %s', async (bug) => {
    const caught: string[] = [];
    for (let seed = 1; seed <= SEEDS_FOR_A_BUG && caught.length === 0; seed++) {
      caught.push(...(await simulate(seed, bug)).violations);
    }
    expect(caught).not.toEqual([]);
  });
});
