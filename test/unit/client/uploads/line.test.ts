import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Line } from '../../../../client/uploads/line.ts';

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, 'random').mockReturnValue(1);
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const { signal } = new AbortController();

function newLine(probe: () => boolean) {
  const probes: number[] = [];
  const line = new Line({
    probe: async () => {
      probes.push(Date.now());
      return probe();
    },
    backoff: { baseMs: 1000, capMs: 8000 },
    onChange: () => {},
  });
  return { line, probes };
}

describe('the line', () => {
  it('is ready as long as nothing was lost', async () => {
    const { line, probes } = newLine(() => true);
    expect(await line.ready(signal)).toBe(false);
    expect(probes).toEqual([]);
  });

  it('probes with growing waits, one at a time, until an answer comes', async () => {
    let isUp = false;
    const { line, probes } = newLine(() => isUp);
    const startedAt = Date.now();
    for (let count = 0; count < 6; count++) line.lost();
    const ready = [line.ready(signal), line.ready(signal)];
    expect(line.isDown).toBe(false);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(probes.map((at) => at - startedAt)).toEqual([1000, 3000, 7000, 15_000, 23_000]);
    expect(line.isDown).toBe(true);
    isUp = true;
    await vi.advanceTimersByTimeAsync(8000);
    expect(await Promise.all(ready)).toEqual([true, true]);
    expect(line.isDown).toBe(false);
  });

  it('distinguishes an outage from a request that failed alone', async () => {
    const { line } = newLine(() => true);
    line.lost();
    const ready = line.ready(signal);
    await vi.advanceTimersByTimeAsync(1000);
    expect(await ready).toBe(false);
  });

  it('probes at once when it is asked to hurry', async () => {
    const { line, probes } = newLine(() => probes.length > 2);
    line.lost();
    await vi.advanceTimersByTimeAsync(3000);
    expect(probes).toHaveLength(2);
    line.hurry();
    await vi.advanceTimersByTimeAsync(0);
    expect(probes).toHaveLength(3);
    expect(await line.ready(signal)).toBe(false);
  });

  it('lets a file stop waiting', async () => {
    const { line } = newLine(() => false);
    const controller = new AbortController();
    line.lost();
    const ready = line.ready(controller.signal);
    const reason = new Error('cancelled');
    controller.abort(reason);
    await expect(ready).rejects.toBe(reason);
    line.close();
  });

  it('leaves no timer behind when it is closed', async () => {
    const { line } = newLine(() => false);
    line.lost();
    await vi.advanceTimersByTimeAsync(1500);
    line.close();
    await vi.advanceTimersByTimeAsync(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});
