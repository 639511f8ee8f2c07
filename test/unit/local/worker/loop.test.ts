import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Loop, pause } from '../../../../local/worker/loop.ts';

let loops: Loop[];
let errors: unknown[];

beforeEach(() => {
  vi.useFakeTimers();
  [loops, errors] = [[], []];
});
afterEach(async () => {
  vi.useRealTimers();
  await Promise.all(loops.map((loop) => loop.stop()));
});

function run(step: (stopping: AbortSignal) => Promise<number>, finish?: () => Promise<void>): Loop {
  const loop = new Loop({ step, ...(finish && { finish }), onError: (error) => errors.push(error) });
  loops.push(loop);
  loop.start();
  return loop;
}

it('sleeps between two steps for as long as the first one says', async () => {
  const step = vi.fn(async () => 1000);
  run(step);
  await vi.advanceTimersByTimeAsync(999);
  expect(step).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(step).toHaveBeenCalledTimes(2);
});

it('takes the next step at once when it is notified while it sleeps', async () => {
  const step = vi.fn(async () => 1000);
  const loop = run(step);
  await vi.advanceTimersByTimeAsync(0);
  loop.notify();
  await vi.advanceTimersByTimeAsync(0);
  expect(step).toHaveBeenCalledTimes(2);
});

it('takes one more step, and no second one, after notifications during a step', async () => {
  const gate = Promise.withResolvers<void>();
  const step = vi.fn(async () => {
    await gate.promise;
    return 1000;
  });
  const loop = run(step);
  loop.notify();
  loop.notify();
  gate.resolve();
  await vi.advanceTimersByTimeAsync(999);
  expect(step).toHaveBeenCalledTimes(2);
});

it('repeats a step that fails, less and less often, and reports every failure', async () => {
  const step = vi.fn(async (): Promise<number> => {
    throw new Error('the folder is gone');
  });
  run(step);
  const stepsAfterS = [];
  for (let second = 0; second <= 30; second++) {
    await vi.advanceTimersByTimeAsync(second === 0 ? 0 : 1000);
    if (step.mock.calls.length > stepsAfterS.length) stepsAfterS.push(second);
  }
  expect(stepsAfterS).toEqual([0, 1, 3, 7, 15, 25]);
  expect(errors).toHaveLength(6);
});

it('begins again with short waits once a step has succeeded', async () => {
  const results = [() => Promise.reject(1), () => Promise.reject(2), async () => 0, () => Promise.reject(3)];
  const step = vi.fn(async () => (await results.shift()?.()) ?? 60_000);
  run(step);
  await vi.advanceTimersByTimeAsync(3000);
  expect(errors).toEqual([1, 2, 3]);
  await vi.advanceTimersByTimeAsync(1000);
  expect(step).toHaveBeenCalledTimes(5);
});

it('ends the current step and finishes when it is stopped, and takes no other step', async () => {
  const order: string[] = [];
  const gate = Promise.withResolvers<void>();
  const loop = run(
    async (stopping) => {
      await gate.promise;
      order.push(`step, ${stopping.aborted ? 'stopping' : 'running'}`);
      return 0;
    },
    async () => {
      order.push('finish');
      throw new Error('not finished');
    },
  );
  const stopped = loop.stop().then(() => order.push('stopped'));
  gate.resolve();
  await stopped;
  expect(order).toEqual(['step, stopping', 'finish', 'stopped']);
  expect(errors.map(String)).toEqual(['Error: not finished']);
});

it('pauses no longer than until it is stopped', async () => {
  vi.useRealTimers();
  const stopping = new AbortController();
  const paused = pause(60_000, stopping.signal);
  stopping.abort();
  await paused;
  await pause(60_000, stopping.signal);
});
