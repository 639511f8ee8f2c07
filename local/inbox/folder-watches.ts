import { type FSWatcher, watch } from 'node:fs';
import { join } from 'node:path';

/** Folders that are watched at most; the operating system has a limited number of watches. */
const MAX_WATCHED = 1000;

/** Watches folders of the inbox. A folder that can't be watched is left to the regular scan. */
export class FolderWatches {
  readonly #directory: string;
  readonly #onChange: () => void;
  readonly #watched = new Map<string, FSWatcher>();
  /** The folders of the last call, watched or not. */
  #followed: ReadonlySet<string> = new Set();

  constructor(directory: string, onChange: () => void) {
    this.#directory = directory;
    this.#onChange = onChange;
  }

  /**
   * Watches these folders, paths relative to the inbox, and no others.
   *
   * @returns whether it watches one of them for the first time, so that the last changes there may be unknown
   */
  follow(folders: ReadonlySet<string>): boolean {
    const known = this.#followed;
    this.#followed = folders;
    for (const [folder, watcher] of this.#watched) {
      if (folders.has(folder)) continue;
      watcher.close();
      this.#watched.delete(folder);
    }
    for (const folder of folders) {
      if (this.#watched.size >= MAX_WATCHED) break;
      if (!this.#watched.has(folder)) this.#watch(folder);
    }
    return [...this.#watched.keys()].some((folder) => !known.has(folder));
  }

  close(): void {
    this.follow(new Set());
  }

  #watch(folder: string): void {
    try {
      const watcher = watch(join(this.#directory, folder), this.#onChange);
      const forget = () => this.#watched.delete(folder);
      watcher.on('error', forget);
      watcher.on('close', forget);
      this.#watched.set(folder, watcher);
    } catch {
      // See the class comment.
    }
  }
}
