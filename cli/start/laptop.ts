import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Reason, reasonOf } from '../../core/errors.ts';
import { imageIdOf } from '../../core/names.ts';
import type { CompletionEvent } from '../../core/pipeline/messages/completion.ts';
import { hasEnded } from '../../core/pipeline/record.ts';
import { DEFAULT_RECIPE_NAME } from '../../core/recipe.ts';
import { InboxFolder } from '../../local/adapters/inbox-folder.ts';
import { findSource } from '../../local/adapters/known-files.ts';
import { storageError } from '../../local/adapters/storage-errors.ts';
import type { LaptopConfig } from '../../local/config.ts';
import { laptopFolders } from '../../local/folders.ts';
import { InboxScanner } from '../../local/inbox/scan.ts';
import { InboxWatcher } from '../../local/inbox/watcher.ts';
import { Problems } from '../../local/problems.ts';
import { openRuntime, type Runtime } from '../../local/worker/runtime.ts';
import { count } from '../console/figures.ts';
import type { Progress } from '../console/progress.ts';
import { resultLine, resultsTable, TABLE_NOTE } from '../console/results-table.ts';
import { writeContactSheet } from '../report/contact-sheet.ts';
import { entryOf, type ResultEntry } from '../results.ts';
import { LatestImages } from './latest-images.ts';

const RETRY = { firstMs: 500, longestMs: 30_000 };
/** How often the progress line is brought up to date, and how soon quiet is noticed. */
const LOOK_MS = 200;
/** Images on the contact sheet and in the table; a larger inbox shows those that ended last. */
const SHOWN_MAX = 100;
/** Making contact sheets takes at most this share of the time, however often images come. */
const SHEET_SHARE = 0.05;

/** What `npm start` is: the runtime over one data folder, its inbox watched, and what happens told on the console. */
export class Laptop {
  readonly #folders: ReturnType<typeof laptopFolders>;
  readonly #runtime: Runtime;
  readonly #watcher: InboxWatcher;
  readonly #progress: Progress;
  readonly #problems: Problems;
  readonly #maxPixels: number;
  readonly #stopping = new AbortController();
  readonly #latest = new LatestImages(SHOWN_MAX);
  /** Ended since the start. */
  #ended = 0;
  #isCaughtUp = false;
  #inboxIsStable = false;
  #sheetIsOld = false;
  #nextSheetAtMs = 0;
  #keeping: Promise<void> = Promise.resolve();

  /**
   * @throws FolderInUseError where another process has the folder
   * @throws TransientError where it can't be written
   */
  constructor(config: LaptopConfig, progress: Progress) {
    this.#folders = laptopFolders(config.dataDir);
    this.#progress = progress;
    this.#maxPixels = config.limits.maxPixels;
    this.#problems = new Problems((message) => progress.print(message));
    const { inbox } = this.#folders;
    const onError = (problem: Reason) => this.#problems.tell(problem);
    this.#runtime = openRuntime({
      ...config,
      ...this.#folders,
      recipeName: DEFAULT_RECIPE_NAME,
      retry: RETRY,
      onEnded: (event) => void this.#show(event).catch((error) => onError(reasonOf(error))),
      onError,
    });
    const { store, known, ports } = this.#runtime;
    const scanner = new InboxScanner({ ...inbox, store, queue: ports.queue, known, onError });
    const onScanned = ({ unstable }: { unstable: number }) => {
      this.#inboxIsStable = unstable === 0;
    };
    this.#watcher = new InboxWatcher({ directory: inbox.directory, scanner, onScanned, onError });
  }

  /**
   * Starts everything; returns when the inbox has been caught up with, and the results have been shown. Where it is
   * stopped before, it never returns.
   */
  async start(): Promise<void> {
    this.#runtime.start();
    this.#watcher.start();
    const { promise: caughtUp, resolve } = Promise.withResolvers<void>();
    this.#keeping = this.#keep(resolve);
    await caughtUp;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#progress.clear();
    await Promise.all([this.#keeping, this.#watcher.stop()]);
    await this.#runtime.stop();
  }

  /** Looks again and again whether there is something to show; a folder that is gone may come back. */
  async #keep(onCaughtUp: () => void): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        await this.#look(onCaughtUp);
      } catch (error) {
        this.#problems.tell(reasonOf(error));
      }
      await sleep(LOOK_MS, undefined, { signal }).catch(() => {
        // Stopping.
      });
    }
  }

  async #look(onCaughtUp: () => void): Promise<void> {
    const { ingest, parts } = await this.#runtime.backlog();
    const isIdle = this.#inboxIsStable && ingest + parts === 0;
    if (!isIdle) {
      const left = `${ingest.toLocaleString('en-GB')} to go, and ${count(parts, 'rotation')}`;
      if (ingest + parts > 0) this.#progress.show(`${count(this.#ended, 'image')} done, ${left}`);
      return;
    }
    this.#progress.clear();
    if (!this.#isCaughtUp) {
      await this.#catchUp();
      onCaughtUp();
    } else if (this.#sheetIsOld && Date.now() >= this.#nextSheetAtMs) {
      await this.#writeContactSheet();
    }
  }

  /** The first time that there is nothing to do: tells what has been done since the start, all at once. */
  async #catchUp(): Promise<void> {
    const results = this.#latest.entries().map(({ result }) => result);
    await this.#recall();
    this.#isCaughtUp = true;
    if (results.length === 0) return;
    this.#progress.print(...resultsTable(results, process.stdout.columns), '');
    const others = this.#ended - results.length;
    if (others > 0) this.#progress.print(`${count(others, 'image')} ended before these: see events.ndjson.`);
    this.#progress.print(TABLE_NOTE);
    await this.#writeContactSheet();
  }

  /** The contact sheet also shows what ended at earlier starts. */
  async #recall(): Promise<void> {
    const { ports, store, known } = this.#runtime;
    const { bucket, directory } = this.#folders.inbox;
    const folder = new InboxFolder(
      directory,
      () => ({}),
      () => {},
    );
    for await (const key of folder.keys()) {
      if (this.#stopping.signal.aborted) return;
      const source = await findSource({ store, known, bucket, directory }, key);
      const record = source && (await ports.catalog.get(imageIdOf(source)));
      if (record && hasEnded(record)) this.#latest.add(record, await this.#entryOf(record));
    }
  }

  async #show({ imageId }: CompletionEvent): Promise<void> {
    const record = await this.#runtime.ports.catalog.get(imageId);
    if (!record || !hasEnded(record)) return;
    const entry = await this.#entryOf(record);
    this.#latest.add(record, entry);
    this.#ended += 1;
    this.#sheetIsOld = true;
    if (this.#isCaughtUp) this.#progress.print(resultLine(entry.result));
  }

  #entryOf(record: Parameters<typeof entryOf>[1]): Promise<ResultEntry> {
    const { key } = record.source;
    const sourcePath = join(this.#folders.inbox.directory, key);
    return entryOf(this.#runtime.ports, record, { input: key, sourcePath });
  }

  async #writeContactSheet(): Promise<void> {
    const startedMs = Date.now();
    this.#sheetIsOld = false;
    try {
      await writeContactSheet(this.#folders.contactSheet, {
        entries: this.#latest.entries(),
        madeAt: new Date(),
        maxPixels: this.#maxPixels,
      });
    } catch (error) {
      this.#sheetIsOld = true;
      this.#problems.tell(reasonOf(storageError(error, `write ${this.#folders.contactSheet}`)));
    }
    this.#nextSheetAtMs = Date.now() + (Date.now() - startedMs) / SHEET_SHARE;
  }
}
