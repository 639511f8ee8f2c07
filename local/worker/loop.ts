import { setTimeout as sleep } from 'node:timers/promises';

export interface LoopOptions {
  /**
   * One step of the work. Returns how many milliseconds the loop sleeps before the next step; `notify` ends that
   * sleep early.
   *
   * @param stopping aborted by `stop`: a step that sees it ends as soon as it can
   */
  step(stopping: AbortSignal): Promise<number>;
  /** Runs once, after the last step: completes what the steps have begun. */
  finish?(): Promise<void>;
  /** Called with whatever `step` or `finish` throws. The loop goes on. */
  onError(error: unknown): void;
}

/** A step that failed runs again after the first of these, then after twice that, up to the second. */
const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 10_000;

/** Repeats a step until it is stopped, and sleeps between the steps until there is something to do. */
export class Loop {
  readonly #options: LoopOptions;
  readonly #stopping = new AbortController();
  #running: Promise<void> = Promise.resolve();
  /** Since the current step began. */
  #isNotified = false;
  #endSleep = () => {};

  constructor(options: LoopOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** There may be something to do: the next step runs at once, or right after the current one. */
  notify(): void {
    this.#isNotified = true;
    this.#endSleep();
  }

  /** Starts no further step. Resolves when the current step and `finish` have ended. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.notify();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { step, finish, onError } = this.#options;
    const { signal } = this.#stopping;
    let failures = 0;
    while (!signal.aborted) {
      let sleepMs: number;
      this.#isNotified = false;
      try {
        sleepMs = await step(signal);
        failures = 0;
      } catch (error) {
        onError(error);
        sleepMs = retryMs(++failures);
      }
      if (sleepMs > 0 && !this.#isNotified) await this.#sleep(sleepMs);
    }
    await finish?.().catch(onError);
  }

  async #sleep(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, ms);
    this.#endSleep = resolve;
    await promise;
    clearTimeout(timer);
  }
}

/** The pause after that number of failures in a row. */
export function retryMs(failures: number): number {
  return Math.min(FIRST_RETRY_MS * 2 ** (failures - 1), LONGEST_RETRY_MS);
}

/** Resolves after that time, or as soon as the signal is aborted. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {
    // Aborted: the caller looks at the signal.
  });
}
