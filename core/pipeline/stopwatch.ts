/** The time that work took, whether anything came of it or not. */
export class Stopwatch {
  #ms = 0;

  /** In whole milliseconds. */
  get ms(): number {
    return Math.round(this.#ms);
  }

  async time<T>(work: () => Promise<T>): Promise<T> {
    const begunAtMs = performance.now();
    try {
      return await work();
    } finally {
      this.#ms += performance.now() - begunAtMs;
    }
  }

  /** Starts again from nothing: what was measured so far has been written down. */
  reset(): void {
    this.#ms = 0;
  }
}
