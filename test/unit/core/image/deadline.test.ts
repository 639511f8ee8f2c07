import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startDeadline, withinTime } from '../../../../core/image/deadline.ts';

const LIMIT_MS = 10_000;

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe('a deadline', () => {
  it('counts down in whole seconds, at least 1', () => {
    const deadline = startDeadline(LIMIT_MS);
    expect(deadline.secondsLeft()).toBe(10);
    vi.advanceTimersByTime(5500);
    expect(deadline.secondsLeft()).toBe(5);
    expect(deadline.halfOver()).toBe(true);
    vi.advanceTimersByTime(20_000);
    expect(deadline.secondsLeft()).toBe(1);
  });

  it('names more seconds to sharp than it takes never', () => {
    expect(startDeadline(10_000_000).secondsLeft()).toBe(3600);
  });

  it('throws PROCESSING_LIMIT once the time is over, and not before', () => {
    const deadline = startDeadline(LIMIT_MS);
    vi.advanceTimersByTime(LIMIT_MS);
    expect(() => deadline.check()).not.toThrow();
    vi.advanceTimersByTime(1);
    expect(() => deadline.check()).toThrow(/at most 10 s, and it took longer/);
    expect(deadline.passed()).toMatchObject({ code: 'PROCESSING_LIMIT' });
  });
});

describe('work within a time', () => {
  it('has its result, and leaves no timer behind', async () => {
    expect(await withinTime(LIMIT_MS, Promise.resolve('done'))).toBe('done');
    await expect(withinTime(LIMIT_MS, Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is abandoned with PROCESSING_LIMIT a second after the time is over', async () => {
    let error: unknown;
    const limited = withinTime(LIMIT_MS, new Promise(() => {})).catch((thrown: unknown) => {
      error = thrown;
    });
    await vi.advanceTimersByTimeAsync(LIMIT_MS + 999);
    expect(error).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1);
    await limited;
    expect(error).toMatchObject({ code: 'PROCESSING_LIMIT' });
  });
});
