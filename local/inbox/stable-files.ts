import type { FileStamp } from '../adapters/known-files.ts';

/** A file is taken once nothing has happened to it for so long. */
export const STABLE_AFTER_MS = 1000;

interface Sighting extends FileStamp {
  /** When the file was first seen like this. */
  sinceMs: number;
  seenMs: number;
}

/** Tells which files are whole: one that is being copied in still changes. */
export class StableFiles {
  readonly #unstable = new Map<string, Sighting>();

  /**
   * Whether nothing has happened to the file for a second: by its own times, or, as the clock of a network drive may
   * be another, by what was seen of it.
   *
   * @param stamp with `ctimeMs`, which moves when a file is moved in with its old times
   */
  isStable(
    key: string,
    { bytes, mtimeMs, ctimeMs }: FileStamp & { ctimeMs: number },
    nowMs: number,
  ): boolean {
    const seen = this.#unstable.get(key);
    const sinceMs = seen?.bytes === bytes && seen.mtimeMs === mtimeMs ? seen.sinceMs : nowMs;
    if (nowMs - Math.max(mtimeMs, ctimeMs) >= STABLE_AFTER_MS || nowMs - sinceMs >= STABLE_AFTER_MS) {
      this.#unstable.delete(key);
      return true;
    }
    this.#unstable.set(key, { bytes, mtimeMs, sinceMs, seenMs: nowMs });
    return false;
  }

  /** Files that have been seen and are not quiet yet; those last seen before that moment are gone. */
  countSince(ms: number): number {
    for (const [key, { seenMs }] of this.#unstable) if (seenMs < ms) this.#unstable.delete(key);
    return this.#unstable.size;
  }
}
