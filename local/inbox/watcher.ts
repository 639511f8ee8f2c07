import { type FSWatcher, watch } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Reason, reasonOf } from '../../core/errors.ts';
import { Signal } from '../worker/signal.ts';
import type { InboxScanner, ScanReport } from './scan.ts';
import { STABLE_AFTER_MS } from './stable-files.ts';

export interface WatchOptions {
  directory: string;
  scanner: InboxScanner;
  onScanned(report: ScanReport): void;
  onError(problem: Reason): void;
}

/** Network drives tell nothing of their changes, so the inbox is looked at now and then anyway. */
const RESCAN_MS = 5000;
/** Events come in bursts; one look serves for all of them. */
const GATHER_MS = 100;
/** A look at a large inbox takes a while: so many times as long it is left alone before the next. */
const REST = 3;
/** Folders that are watched; the operating system has only so many watches to give. */
const MAX_WATCHED = 1000;

/** Keeps looking at the inbox: when its folders tell of a change, when a file has gone quiet, and now and then. */
export class InboxWatcher {
  readonly #options: WatchOptions;
  readonly #signal = new Signal();
  readonly #stopping = new AbortController();
  readonly #watched = new Map<string, FSWatcher>();
  #running: Promise<void> = Promise.resolve();

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#signal.notify();
    await this.#running;
    for (const watcher of this.#watched.values()) watcher.close();
    this.#watched.clear();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const startedMs = Date.now();
      const report = await this.#scan();
      const tookMs = Date.now() - startedMs;
      await this.#signal.sleep(report && report.unstable > 0 ? STABLE_AFTER_MS : RESCAN_MS);
      await sleep(Math.max(GATHER_MS, tookMs * REST), undefined, { signal }).catch(() => {
        // Stopping.
      });
    }
  }

  async #scan(): Promise<ScanReport | undefined> {
    try {
      const report = await this.#options.scanner.scan(this.#stopping.signal);
      this.#follow(report.folders);
      this.#options.onScanned(report);
      return report;
    } catch (error) {
      this.#options.onError(reasonOf(error));
      return undefined;
    }
  }

  /** Watches the folders there are, and no others. */
  #follow(folders: ReadonlySet<string>): void {
    for (const [folder, watcher] of this.#watched) {
      if (folders.has(folder)) continue;
      watcher.close();
      this.#watched.delete(folder);
    }
    for (const folder of folders) {
      if (this.#stopping.signal.aborted || this.#watched.size >= MAX_WATCHED) return;
      if (!this.#watched.has(folder)) this.#watch(folder);
    }
  }

  /** Where a folder can't be watched, the look every few seconds has to do. */
  #watch(folder: string): void {
    try {
      const watcher = watch(join(this.#options.directory, folder), () => this.#signal.notify());
      const forget = () => this.#watched.delete(folder);
      watcher.on('error', forget);
      watcher.on('close', forget);
      this.#watched.set(folder, watcher);
    } catch {
      // Said above.
    }
  }
}
