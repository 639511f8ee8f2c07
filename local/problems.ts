import type { Reason } from '../core/errors.ts';

/** A trouble that lasts is told again after so long. */
const AGAIN_MS = 60_000;
/** Sentences name files, so there may be many. */
const KEPT_MAX = 200;

/** Tells what holds the work up, once: a full disk fails every task of every queue. */
export class Troubles {
  readonly #print: (sentence: string) => void;
  readonly #toldAtMs = new Map<string, number>();

  constructor(print: (sentence: string) => void) {
    this.#print = print;
  }

  tell({ sentence }: Reason): void {
    const nowMs = Date.now();
    if (nowMs - (this.#toldAtMs.get(sentence) ?? -AGAIN_MS) < AGAIN_MS) return;
    if (this.#toldAtMs.size >= KEPT_MAX) this.#toldAtMs.clear();
    this.#toldAtMs.set(sentence, nowMs);
    this.#print(sentence);
  }
}
