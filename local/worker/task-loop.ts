import type { LeasedTask, QueueAddress, TaskSource } from '../adapters/task-lease.ts';
import { Loop, pause, retryMs } from './loop.ts';

export interface TaskLoopOptions {
  address: QueueAddress;
  /** Tasks in hand at once. */
  concurrency: number;
  /** How long a task is hidden from other receivers while it is in hand: longer than any task can take. */
  visibilityMs: number;
  /** Whether another task may be received now. Whoever returns false notifies the loop when that changes. */
  canReceive?(): Promise<boolean>;
  work(body: string): Promise<void>;
  /** Milliseconds until a task that failed is received again. */
  delayAfter(error: unknown, receives: number): number;
  /** Called on every failure; `task` is missing where the queue itself could not be used. */
  onFailure(error: unknown, task?: LeasedTask): void;
}

/**
 * How long a loop sleeps if nobody notifies it. The queue notifies it of every change that this process makes. Only
 * messages from another process (`darkroom failed redrive`) and leases that have ended wait for this.
 */
const IDLE_MS = 2000;

/** Works on the messages of one queue, several at a time. A message whose work fails is released and comes again. */
export function taskLoop(source: TaskSource, options: TaskLoopOptions): Loop {
  const { address, concurrency, visibilityMs, canReceive, work, delayAfter, onFailure } = options;
  const inHand = new Set<Promise<void>>();

  async function receive(): Promise<LeasedTask[]> {
    const max = concurrency - inHand.size;
    if (max === 0 || (canReceive && !(await canReceive()))) return [];
    return source.receive(address, { max, visibilityMs });
  }

  /** Never throws. */
  async function handle(task: LeasedTask, stopping: AbortSignal): Promise<void> {
    try {
      await work(task.body);
      await source.acknowledge(task);
    } catch (error) {
      onFailure(error, task);
      await release(task, delayAfter(error, task.receives), stopping);
    }
  }

  /** Tries until it succeeds: a folder that is gone may come back, long before the lease would end. */
  async function release(task: LeasedTask, delayMs: number, stopping: AbortSignal): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        await source.release(task, delayMs);
        return;
      } catch (error) {
        onFailure(error, task);
        // The next start of the process ends the lease.
        if (stopping.aborted) return;
        await pause(retryMs(tries), stopping);
      }
    }
  }

  const loop = new Loop({
    async step(stopping) {
      const tasks = await receive();
      for (const task of tasks) {
        const handling = handle(task, stopping).finally(() => {
          inHand.delete(handling);
          loop.notify();
        });
        inHand.add(handling);
      }
      return tasks.length > 0 ? 0 : IDLE_MS;
    },
    async finish() {
      await Promise.all(inHand);
    },
    onError: (error) => onFailure(error),
  });
  source.onChange(address, () => loop.notify());
  return loop;
}
