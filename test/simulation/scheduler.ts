import type { Random } from '../support/simulated/random.ts';

/**
 * Decides who goes on next. Everything in the simulated world waits here before it calls a port, so that one stream of
 * random numbers decides every interleaving.
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

  /** Lets one of those that wait go on, until it waits again, ends or dies. */
  async runOne(random: Random): Promise<void> {
    const index = random.int(0, this.waiting.length - 1);
    const [resume] = this.waiting.splice(index, 1);
    resume?.();
    await settled();
  }
}

/** Returns when every promise that needs no turn has gone on. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
