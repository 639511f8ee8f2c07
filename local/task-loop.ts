import type { LeasedTask, QueueAddress, TaskSource } from './adapters/task-lease.ts';
import { Wake } from './wake.ts';

export interface TaskLoopOptions {
  address: QueueAddress;
  /** Tasks in hand at once. */
  concurrency: number;
  /** How long a task is hidden while it is in hand: longer than any can take. */
  visibilityMs: number;
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

/** Takes the messages of one queue, so many at a time; what fails is given back and comes again. */
export class TaskLoop {
  readonly address: QueueAddress;
  readonly #source: TaskSource;
  readonly #options: TaskLoopOptions;
  readonly #wake = new Wake();
  readonly #inHand = new Set<Promise<void>>();
  #isStopping = false;
  #troubles = 0;
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
  wake(): void {
    this.#wake.wake();
  }

  /** Takes no more; returns when what is in hand has been dealt with. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.wake();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#isStopping) {
      const tasks = await this.#receive();
      for (const task of tasks) this.#take(task);
      if (tasks.length === 0) await this.#wake.sleep(this.#pauseMs());
    }
    await Promise.all(this.#inHand);
  }

  async #receive(): Promise<LeasedTask[]> {
    const max = this.#options.concurrency - this.#inHand.size;
    if (max === 0) return [];
    try {
      const { visibilityMs } = this.#options;
      const tasks = await this.#source.receive(this.address, { max, visibilityMs });
      this.#troubles = 0;
      return tasks;
    } catch (error) {
      this.#troubles += 1;
      this.#options.onFailure(error);
      return [];
    }
  }

  /** A queue that can't be used is asked less and less often. */
  #pauseMs(): number {
    return Math.min(IDLE_MS * 2 ** this.#troubles, LONGEST_PAUSE_MS);
  }

  #take(task: LeasedTask): void {
    const handling = this.#handle(task).finally(() => {
      this.#inHand.delete(handling);
      this.wake();
    });
    this.#inHand.add(handling);
  }

  /** Never throws. Where even giving back fails, the lease runs out and the message comes again. */
  async #handle(task: LeasedTask): Promise<void> {
    try {
      await this.#options.work(task.body);
      await this.#source.acknowledge(task);
    } catch (error) {
      this.#options.onFailure(error, task);
      await this.#giveBack(task, this.#options.delayAfter(error, task.receives));
    }
  }

  async #giveBack(task: LeasedTask, delayMs: number): Promise<void> {
    try {
      await this.#source.release(task, delayMs);
      setTimeout(() => this.wake(), delayMs).unref();
    } catch (error) {
      this.#options.onFailure(error, task);
    }
  }
}
