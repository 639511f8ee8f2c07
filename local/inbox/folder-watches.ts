import { type FSWatcher, watch } from 'node:fs';
import { join } from 'node:path';

/** Folders that are watched at most; the operating system has a limited number of watches. */
const MAX_WATCHED = 1000;

/** Watches folders of the inbox. A folder that can't be watched is left to the regular scan. */
export class FolderWatches {
  readonly #directory: string;
  readonly #onChange: () => void;
  readonly #watched = new Map<string, FSWatcher>();

  constructor(directory: string, onChange: () => void) {
    this.#directory = directory;
    this.#onChange = onChange;
  }

  /** Watches these folders, paths relative to the inbox, and no others. */
  follow(folders: ReadonlySet<string>): void {
    for (const [folder, watcher] of this.#watched) {
      if (folders.has(folder)) continue;
      watcher.close();
      this.#watched.delete(folder);
    }
    for (const folder of folders) {
      if (this.#watched.size >= MAX_WATCHED) return;
      if (!this.#watched.has(folder)) this.#watch(folder);
    }
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
