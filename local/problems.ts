import type { Reason } from '../core/errors.ts';

/** A trouble that lasts is told again after so long. */
const AGAIN_MS = 60_000;
/** Sentences name files, so there may be many. */
const KEPT_MAX = 200;

/** Tells what holds the work up, once: a full disk fails every task of every queue. */
export class Problems {
  readonly #print: (message: string) => void;
  readonly #toldAtMs = new Map<string, number>();

  constructor(print: (message: string) => void) {
    this.#print = print;
  }

  tell({ message }: Reason): void {
    const nowMs = Date.now();
    if (nowMs - (this.#toldAtMs.get(message) ?? -AGAIN_MS) < AGAIN_MS) return;
    if (this.#toldAtMs.size >= KEPT_MAX) this.#toldAtMs.clear();
    this.#toldAtMs.set(message, nowMs);
    this.#print(message);
  }
}
