import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Reason, reasonOf } from '../../core/errors.ts';
import { uploadBody } from '../../core/pipeline/messages/tasks.ts';
import type { Source } from '../../core/pipeline/record.ts';
import type { TaskQueue } from '../../core/ports.ts';
import type { FileStore } from '../adapters/file-store.ts';
import { InboxFolder } from '../adapters/inbox-folder.ts';
import type { KnownFile, KnownFiles } from '../adapters/known-files.ts';
import { storageError } from '../adapters/storage-errors.ts';
import { StableFiles } from './stable-files.ts';

export interface InboxOptions {
  bucket: string;
  directory: string;
  store: FileStore;
  queue: TaskQueue;
  known: KnownFiles;
  /** Called with the reason why a file or a folder can't be read. */
  onError(problem: Reason): void;
}

/** The outcome of one scan of the inbox. */
export interface ScanReport {
  /** New files that were sent to the ingest queue. */
  taken: number;
  /** New files that somebody is still writing. They need another scan soon. */
  unstable: number;
  /** All folders, relative to the inbox; `''` is the inbox itself. */
  folders: Set<string>;
}

/** Files that are sent and remembered together. */
const BATCH = 50;

/** Finds files of the inbox that are new or changed, and sends them to the processor. */
export class InboxScanner {
  readonly #options: InboxOptions;
  readonly #folder: InboxFolder;
  readonly #stableFiles = new StableFiles();

  constructor(options: InboxOptions) {
    this.#options = options;
    this.#folder = new InboxFolder(
      options.directory,
      () => ({}),
      (_, reason) => options.onError(reason),
    );
  }

  /**
   * Goes through the files one by one, so that a full inbox needs no more memory than an empty one.
   *
   * @param signal ends the scan early; files that it has found by then are sent
   * @throws TransientError where the inbox or the queue can't be used
   */
  async scan(signal: AbortSignal): Promise<ScanReport> {
    const startedMs = Date.now();
    const folders = new Set(['']);
    let taken = 0;
    let batch: { source: Source; file: KnownFile }[] = [];
    const flush = async () => {
      await this.#send(batch);
      taken += batch.length;
      batch = [];
    };
    for await (const key of this.#folder.keys()) {
      if (signal.aborted) break;
      const slash = key.lastIndexOf('/');
      if (slash > 0) folders.add(key.slice(0, slash));
      const found = await this.#look(key);
      if (found) batch.push(found);
      if (batch.length === BATCH) await flush();
    }
    await flush();
    return { taken, unstable: this.#stableFiles.countSince(startedMs), folders };
  }

  /** The source under that key, if it is stable and not known yet. */
  async #look(key: string): Promise<{ source: Source; file: KnownFile } | undefined> {
    const { bucket, directory, store, known, onError } = this.#options;
    try {
      const stats = await stat(join(directory, key), { bigint: false });
      const stamp = { bytes: stats.size, mtimeMs: stats.mtimeMs };
      if (known.versionOf(key, stamp) !== undefined) return undefined;
      if (!this.#stableFiles.isStable(key, { ...stamp, ctimeMs: stats.ctimeMs }, Date.now()))
        return undefined;
      const source = await store.source(bucket, key);
      return source && { source, file: { key, ...stamp, versionId: source.versionId } };
    } catch (error) {
      // The file may have been moved since it was listed. A problem that lasts shows again at the next scan.
      const problem = storageError(error, `read ${join(directory, key)}`);
      onError(reasonOf(problem));
      return undefined;
    }
  }

  /** Sends first, then remembers: after a crash in between, the repeated task changes nothing. */
  async #send(batch: readonly { source: Source; file: KnownFile }[]): Promise<void> {
    if (batch.length === 0) return;
    await this.#options.queue.send(
      'ingest',
      batch.map(({ source }) => uploadBody(source)),
    );
    this.#options.known.remember(batch.map(({ file }) => file));
  }
}
