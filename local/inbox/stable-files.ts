import type { FileStamp } from '../adapters/known-files.ts';

/** A file is stable once nothing has happened to it for this long. */
export const STABLE_AFTER_MS = 1000;

interface Sighting extends FileStamp {
  /** When the file was first seen in this state. */
  sinceMs: number;
  seenMs: number;
}

/** Decides which files are whole: a file that is being copied into the inbox still changes. */
export class StableFiles {
  readonly #unstable = new Map<string, Sighting>();

  /**
   * Whether nothing has happened to the file for a second. Its own times show that. The clock of a network drive may
   * differ, so it is also enough that the file looked the same for a second.
   *
   * @param stamp with `ctimeMs`, which changes even where a file is moved in with its old times
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

  /** The number of unstable files. Those last seen before that time are gone, and are forgotten. */
  countSince(ms: number): number {
    for (const [key, { seenMs }] of this.#unstable) if (seenMs < ms) this.#unstable.delete(key);
    return this.#unstable.size;
  }
}
