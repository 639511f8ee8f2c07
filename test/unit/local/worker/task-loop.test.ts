import { afterEach, expect, it, vi } from 'vitest';
import type { Lease, LeasedTask, TaskSource } from '../../../../local/adapters/task-lease.ts';
import type { Loop } from '../../../../local/worker/loop.ts';
import { type TaskLoopOptions, taskLoop } from '../../../../local/worker/task-loop.ts';

// The promises of node:timers keep to the real clock, so they are made of the timers that the tests move.
vi.mock('node:timers/promises', () => ({
  setTimeout: (ms: number) => new Promise((resolve) => setTimeout(resolve, ms)),
}));

/** A queue in memory whose every call can be made to fail. */
class ListedTasks implements TaskSource {
  readonly waiting: LeasedTask[];
  readonly acknowledged: number[] = [];
  readonly released: { id: number; delayMs: number }[] = [];
  failures: { receive?: number; release?: number } = {};

  constructor(count: number) {
    this.waiting = Array.from({ length: count }, (_, id) => ({ id, body: `task ${id}`, receives: 1 }));
  }

  async receive(_: string, { max }: { max: number }): Promise<LeasedTask[]> {
    this.#failIf('receive');
    return this.waiting.splice(0, max);
  }

  async acknowledge({ id }: Lease): Promise<void> {
    this.acknowledged.push(id);
  }

  async release({ id }: Lease, delayMs: number): Promise<void> {
    this.#failIf('release');
    this.released.push({ id, delayMs });
  }

  onChange(): void {}

  #failIf(call: 'receive' | 'release'): void {
    const left = this.failures[call] ?? 0;
    this.failures[call] = left - 1;
    if (left > 0) throw new Error(`${call} failed`);
  }
}

const loops: Loop[] = [];
afterEach(async () => {
  vi.useRealTimers();
  await Promise.all(loops.splice(0).map((loop) => loop.stop()));
});

function run(source: TaskSource, options: Partial<TaskLoopOptions>): Loop {
  const loop = taskLoop(source, {
    address: 'ingest',
    concurrency: 1,
    visibilityMs: 1000,
    work: async () => {},
    delayAfter: () => 0,
    onFailure: () => {},
    ...options,
  });
  loops.push(loop);
  loop.start();
  return loop;
}

it('receives everything, and never holds more tasks than it may', async () => {
  const source = new ListedTasks(20);
  let inHand = 0;
  let most = 0;
  run(source, {
    concurrency: 3,
    async work() {
      most = Math.max(most, ++inHand);
      await new Promise((resolve) => setTimeout(resolve, 1));
      inHand--;
    },
  });
  await vi.waitFor(() => expect(source.acknowledged).toHaveLength(20));
  expect(most).toBe(3);
});

it('releases what failed, and continues with the others', async () => {
  const source = new ListedTasks(3);
  const failures: unknown[] = [];
  run(source, {
    async work(body) {
      if (body === 'task 1') throw new Error('poison');
    },
    delayAfter: (_, receives) => receives * 70_000,
    onFailure: (error, task) => failures.push([String(error), task?.id]),
  });
  await vi.waitFor(() => expect(source.acknowledged).toEqual([0, 2]));
  expect(source.released).toEqual([{ id: 1, delayMs: 70_000 }]);
  expect(failures).toEqual([['Error: poison', 1]]);
});

it('finishes what is in hand when it is stopped, and receives no more', async () => {
  const source = new ListedTasks(5);
  const started = Promise.withResolvers<void>();
  const finish = Promise.withResolvers<void>();
  const loop = run(source, {
    async work() {
      started.resolve();
      await finish.promise;
    },
  });
  await started.promise;
  const stopped = loop.stop();
  expect(source.acknowledged).toEqual([]);
  finish.resolve();
  await stopped;
  expect(source.acknowledged).toEqual([0]);
  expect(source.waiting).toHaveLength(4);
});

it('continues once a queue works again', async () => {
  vi.useFakeTimers();
  const source = new ListedTasks(1);
  source.failures = { receive: 3 };
  const failures: unknown[] = [];
  run(source, { onFailure: (error) => failures.push(error) });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(failures).toHaveLength(3);
  expect(source.acknowledged).toEqual([0]);
});

it('tries to release a task until that works', async () => {
  vi.useFakeTimers();
  const source = new ListedTasks(1);
  source.failures = { release: 2 };
  run(source, {
    work: async () => {
      throw new Error('the folder is gone');
    },
  });
  await vi.waitFor(() => expect(source.released).toEqual([{ id: 0, delayMs: 0 }]), {
    timeout: 60_000,
    interval: 500,
  });
});

it('receives nothing while it may not, and continues when it is notified', async () => {
  const source = new ListedTasks(1);
  let may = false;
  const loop = run(source, { canReceive: async () => may });
  await new Promise(setImmediate);
  expect(source.waiting).toHaveLength(1);
  may = true;
  loop.notify();
  await vi.waitFor(() => expect(source.acknowledged).toEqual([0]));
});
