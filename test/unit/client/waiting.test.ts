import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { backoffMs, sleep, untilAborted, Waiter } from '../../../client/waiting.ts';

afterEach(() => vi.restoreAllMocks());

describe('the back-off', () => {
  it('doubles its longest wait up to the cap', () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.999_999);
    const waits = [0, 1, 2, 3, 1_000_000].map((failures) => backoffMs(failures, { baseMs: 100, capMs: 500 }));
    expect(waits.map(Math.round)).toEqual([100, 200, 400, 500, 500]);
  });

  it('may be anything from nothing to its longest wait', () => {
    fc.assert(
      fc.property(fc.nat(2000), fc.integer({ min: 1, max: 5000 }), (failures, baseMs) => {
        const ms = backoffMs(failures, { baseMs, capMs: 30_000 });
        expect(ms).toBeGreaterThanOrEqual(0);
        expect(ms).toBeLessThanOrEqual(30_000);
      }),
    );
    vi.spyOn(Math, 'random').mockReturnValue(0);
    expect(backoffMs(5, { baseMs: 100, capMs: 500 })).toBe(0);
  });
});

describe('a wait', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });

  afterEach(() => vi.useRealTimers());

  it('ends when it is aborted, and leaves no timer behind', async () => {
    const controller = new AbortController();
    const reason = new Error('stop');
    const waits = [
      sleep(1000, controller.signal),
      untilAborted(new Promise(() => {}), controller.signal),
      new Waiter().sleep(1000, controller.signal),
    ].map((wait) => expect(wait).rejects.toBe(reason));
    controller.abort(reason);
    await Promise.all(waits);
    expect(vi.getTimerCount()).toBe(0);
    await expect(sleep(1000, controller.signal)).rejects.toBe(reason);
  });

  it('can be cut short without an error', async () => {
    const waiter = new Waiter();
    const { signal } = new AbortController();
    const wait = waiter.sleep(60_000, signal);
    waiter.wake();
    await wait;
    expect(vi.getTimerCount()).toBe(0);
    // The next one is not.
    let isOver = false;
    const next = waiter.sleep(1000, signal).then(() => {
      isOver = true;
    });
    await vi.advanceTimersByTimeAsync(999);
    expect(isOver).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await next;
  });
});
