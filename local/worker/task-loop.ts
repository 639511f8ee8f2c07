import { setTimeout as sleep } from 'node:timers/promises';
import type { LeasedTask, QueueAddress, TaskSource } from '../adapters/task-lease.ts';
import { Signal } from './signal.ts';

export interface TaskLoopOptions {
  address: QueueAddress;
  /** Tasks in hand at once. */
  concurrency: number;
  /** How long a task is hidden while it is in hand: longer than any can take. */
  visibilityMs: number;
  /** Whether another task may be taken now; who says no wakes the loop when that changes. */
  canReceive?(): Promise<boolean>;
  work(body: string): Promise<void>;
  /** Milliseconds until a task that failed is tried again. */
  delayAfter(error: unknown, receives: number): number;
  /** Told of every failure; `task` is missing where the queue itself could not be used. */
  onFailure(error: unknown, task?: LeasedTask): void;
}

/**
 * How long a loop sleeps when nobody wakes it. Everything that this process does wakes it; only messages that another
 * one has sent (`darkroom failed redrive`) and leases that have run out wait for this.
 */
const IDLE_MS = 2000;
const LONGEST_PAUSE_MS = 30_000;
/** A timer may go off a moment before the clock says so; the task would then be found a whole sleep later. */
const TIMER_SLACK_MS = 5;

/** Takes the messages of one queue, so many at a time; what fails is given back and comes again. */
export class TaskLoop {
  readonly address: QueueAddress;
  readonly #source: TaskSource;
  readonly #options: TaskLoopOptions;
  readonly #signal = new Signal();
  readonly #inHand = new Set<Promise<void>>();
  readonly #stopping = new AbortController();
  #problems = 0;
  #running: Promise<void> = Promise.resolve();

  constructor(source: TaskSource, options: TaskLoopOptions) {
    this.address = options.address;
    this.#source = source;
    this.#options = options;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** There may be something to do. */
  notify(): void {
    this.#signal.notify();
  }

  /** Takes no more; returns when what is in hand has been dealt with. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.notify();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      const tasks = await this.#receive();
      for (const task of tasks) this.#take(task);
      if (tasks.length === 0) await this.#signal.sleep(pauseMs(this.#problems));
    }
    await Promise.all(this.#inHand);
  }

  async #receive(): Promise<LeasedTask[]> {
    const max = this.#options.concurrency - this.#inHand.size;
    if (max === 0) return [];
    try {
      const { visibilityMs, canReceive } = this.#options;
      if (canReceive && !(await canReceive())) return [];
      const tasks = await this.#source.receive(this.address, { max, visibilityMs });
      this.#problems = 0;
      return tasks;
    } catch (error) {
      this.#problems += 1;
      this.#options.onFailure(error);
      return [];
    }
  }

  #take(task: LeasedTask): void {
    const handling = this.#handle(task).finally(() => {
      this.#inHand.delete(handling);
      this.notify();
    });
    this.#inHand.add(handling);
  }

  /** Never throws. */
  async #handle(task: LeasedTask): Promise<void> {
    try {
      await this.#options.work(task.body);
      await this.#source.acknowledge(task);
    } catch (error) {
      this.#options.onFailure(error, task);
      await this.#giveBack(task, this.#options.delayAfter(error, task.receives));
    }
  }

  /** Tries until it works: the folder that is gone may come back, and the task would wait for its lease to run out. */
  async #giveBack(task: LeasedTask, delayMs: number): Promise<void> {
    const { signal } = this.#stopping;
    for (let tries = 1; ; tries++) {
      try {
        await this.#source.release(task, delayMs);
        setTimeout(() => this.notify(), delayMs + TIMER_SLACK_MS).unref();
        return;
      } catch (error) {
        this.#options.onFailure(error, task);
        if (signal.aborted) return;
        await sleep(pauseMs(tries), undefined, { signal }).catch(() => {
          // Stopping: the next start takes the lease back.
        });
      }
    }
  }
}

/** What can't be used is tried less and less often. */
function pauseMs(problems: number): number {
  return Math.min(IDLE_MS * 2 ** problems, LONGEST_PAUSE_MS);
}
