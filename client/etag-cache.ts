interface Kept {
  etag: string;
  value: unknown;
}

/** The last answers that had an ETag, by URL. The one that was used least recently goes first. */
export class EtagCache {
  readonly #kept = new Map<string, Kept>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  find(url: string): Kept | undefined {
    const kept = this.#kept.get(url);
    if (kept !== undefined) this.#store(url, kept);
    return kept;
  }

  keep(url: string, etag: string, value: unknown): void {
    this.#store(url, { etag, value });
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= this.#limit) return;
      this.#kept.delete(oldest);
    }
  }

  /** A map lists its keys in the order of insertion, so the newest has to be inserted anew. */
  #store(url: string, kept: Kept): void {
    this.#kept.delete(url);
    this.#kept.set(url, kept);
  }
}
