import type { Random } from '../support/simulated/random.ts';

/**
 * Decides which of all waiting pieces of work goes on next. Everything in the simulated world waits here before it
 * touches anything, so that one stream of random numbers decides every interleaving.
 */
export class Scheduler {
  private waiting: (() => void)[] = [];

  /** Returns when it is this caller's turn. */
  turn(): Promise<void> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  get idle(): boolean {
    return this.waiting.length === 0;
  }

  /** Lets one waiting piece of work go on, until it waits again, ends or dies. */
  async runOne(random: Random): Promise<void> {
    const index = random.int(0, this.waiting.length - 1);
    const [resume] = this.waiting.splice(index, 1);
    resume?.();
    await settled();
  }
}

/** Returns when all promises that can go on without a turn have done so. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
