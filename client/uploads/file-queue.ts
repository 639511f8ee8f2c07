import type { Entry } from './entry.ts';

/** The files that wait for their turn, first come, first served. Every operation is O(1) per file it touches. */
export class FileQueue {
  /** Files that were interrupted; the last one put back is the next. */
  readonly #returned: Entry[] = [];
  #added: Entry[] = [];
  #head = 0;

  add(entry: Entry): void {
    this.#added.push(entry);
  }

  putBack(entry: Entry): void {
    this.#returned.push(entry);
  }

  /** The next file that still waits. One that was cancelled stays in the queue until its turn comes. */
  next(): Entry | undefined {
    for (;;) {
      const entry = this.#returned.pop() ?? this.#shift();
      if (entry === undefined || entry.state === 'waiting') return entry;
    }
  }

  /** The files that wait, from the next one on. Do not change the queue meanwhile. */
  *waiting(): Iterable<Entry> {
    for (let i = this.#returned.length - 1; i >= 0; i--) yield* onlyWaiting(this.#returned[i]);
    for (let i = this.#head; i < this.#added.length; i++) yield* onlyWaiting(this.#added[i]);
  }

  /** `Array.shift` would move all the others. */
  #shift(): Entry | undefined {
    const entry = this.#added[this.#head];
    if (entry === undefined) {
      this.#added = [];
      this.#head = 0;
      return undefined;
    }
    this.#head += 1;
    if (this.#head > 1000 && this.#head * 2 > this.#added.length) {
      this.#added = this.#added.slice(this.#head);
      this.#head = 0;
    }
    return entry;
  }
}

function* onlyWaiting(entry: Entry | undefined): Iterable<Entry> {
  if (entry?.state === 'waiting') yield entry;
}
