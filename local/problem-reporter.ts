import type { Reason } from '../core/errors.ts';

/** A problem that lasts is reported again after this time. */
const REPEAT_AFTER_MS = 60_000;
/** Messages name files, so there may be any number of them. */
const MAX_REMEMBERED = 200;

/** Reports each problem once: a full disk fails every task of every queue. */
export class ProblemReporter {
  readonly #print: (message: string) => void;
  readonly #reportedAtMs = new Map<string, number>();

  constructor(print: (message: string) => void) {
    this.#print = print;
  }

  report({ message }: Reason): void {
    const nowMs = Date.now();
    if (nowMs - (this.#reportedAtMs.get(message) ?? -REPEAT_AFTER_MS) < REPEAT_AFTER_MS) return;
    if (this.#reportedAtMs.size >= MAX_REMEMBERED) this.#reportedAtMs.clear();
    this.#reportedAtMs.set(message, nowMs);
    this.#print(message);
  }
}
