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
  /** Told of a file or a folder that can't be read. */
  onError(problem: Reason): void;
}

/** What a look at the inbox came to. */
export interface ScanReport {
  /** New files, now in the ingest queue. */
  taken: number;
  /** New files that somebody still writes to: worth another look soon. */
  unstable: number;
  /** The folders there are, relative, `''` for the inbox itself. */
  folders: Set<string>;
}

/** Tasks that are sent, and files that are remembered, at once. */
const BATCH = 50;

/** Looks through the inbox for files that are new or changed, and has them processed. */
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
   * Goes through all files one by one, so that a full inbox takes no more memory than an empty one.
   *
   * @param signal ends it early; what it has found by then is sent
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

  /** The source under that key, if it is whole and not known yet. */
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
      // It may have been moved away since it was listed; what is really wrong shows again at the next look.
      const problem = storageError(error, `read ${join(directory, key)}`);
      onError(reasonOf(problem));
      return undefined;
    }
  }

  /** Sent first, then remembered: a crash between sends a task again, which changes nothing. */
  async #send(batch: readonly { source: Source; file: KnownFile }[]): Promise<void> {
    if (batch.length === 0) return;
    await this.#options.queue.send(
      'ingest',
      batch.map(({ source }) => uploadBody(source)),
    );
    this.#options.known.remember(batch.map(({ file }) => file));
  }
}
