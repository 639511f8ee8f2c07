import { join } from 'node:path';
import type { CompletionEvent } from '../core/messages/completion.ts';
import { imageIdOf } from '../core/names.ts';
import { DEFAULT_RECIPE_NAME } from '../core/recipe.ts';
import { hasEnded } from '../core/record.ts';
import { InboxFolder } from './adapters/inbox-folder.ts';
import type { LaptopConfig } from './config.ts';
import { count } from './console/figures.ts';
import type { Progress } from './console/progress.ts';
import { resultLine, resultsTable, TABLE_NOTE } from './console/results-table.ts';
import { laptopFolders } from './folders.ts';
import { InboxScanner } from './inbox/scan.ts';
import { InboxWatcher } from './inbox/watcher.ts';
import { findSource } from './known-files.ts';
import { writeContactSheet } from './report/contact-sheet.ts';
import { entryOf, type ResultEntry } from './results.ts';
import { openRuntime, type Runtime } from './runtime.ts';

const RETRY = { firstMs: 500, longestMs: 30_000 };
/** How often the progress line is brought up to date, and how soon quiet is noticed. */
const LOOK_MS = 200;

/** What `npm start` is: the runtime over one data folder, its inbox watched, and what happens told on the console. */
export class Laptop {
  readonly #folders: ReturnType<typeof laptopFolders>;
  readonly #runtime: Runtime;
  readonly #watcher: InboxWatcher;
  readonly #progress: Progress;
  readonly #maxPixels: number;
  readonly #caughtUp = Promise.withResolvers<void>();
  /** Images that ended before the inbox was caught up with; after that, each is told at once. */
  readonly #endedFirst = new Set<string>();
  #isCaughtUp = false;
  #inboxIsQuiet = false;
  #sheetIsOld = false;
  #looking: NodeJS.Timeout | undefined;

  /**
   * @throws FolderInUseError where another process has the folder
   * @throws TransientError where it can't be written
   */
  constructor(config: LaptopConfig, progress: Progress) {
    this.#folders = laptopFolders(config.dataDir);
    this.#progress = progress;
    this.#maxPixels = config.limits.maxPixels;
    const { inbox } = this.#folders;
    const onTrouble = ({ sentence }: { sentence: string }) => progress.print(sentence);
    const onEnded = (event: CompletionEvent) => void this.#onEnded(event);
    const recipeName = DEFAULT_RECIPE_NAME;
    this.#runtime = openRuntime({
      ...config,
      ...this.#folders,
      recipeName,
      retry: RETRY,
      onEnded,
      onTrouble,
    });
    const { store, known, ports } = this.#runtime;
    const scanner = new InboxScanner({ ...inbox, store, queue: ports.queue, known, onTrouble });
    const onScanned = ({ restless }: { restless: number }) => {
      this.#inboxIsQuiet = restless === 0;
    };
    this.#watcher = new InboxWatcher({ directory: inbox.directory, scanner, onScanned, onTrouble });
  }

  /** Starts everything; returns when the inbox has been caught up with, and the results have been shown. */
  async start(): Promise<void> {
    this.#runtime.start();
    this.#watcher.start();
    this.#looking = setInterval(() => void this.#look(), LOOK_MS);
    await this.#caughtUp.promise;
    const entries = await this.#entries((imageId) => this.#endedFirst.has(imageId));
    this.#isCaughtUp = true;
    this.#progress.clear();
    if (entries.length === 0) return;
    const results = entries.map(({ result }) => result);
    this.#progress.print(...resultsTable(results, process.stdout.columns), '', TABLE_NOTE);
    await this.#writeContactSheet();
  }

  async stop(): Promise<void> {
    clearInterval(this.#looking);
    this.#progress.clear();
    await this.#watcher.stop();
    await this.#runtime.stop();
  }

  /** One page of all that is in the inbox and has ended. */
  async #writeContactSheet(): Promise<void> {
    this.#sheetIsOld = false;
    const entries = await this.#entries(() => true);
    await writeContactSheet(this.#folders.contactSheet, {
      entries,
      madeAt: new Date(),
      maxPixels: this.#maxPixels,
    });
  }

  /** The ended images of the inbox, by name. */
  async #entries(isWanted: (imageId: string) => boolean): Promise<ResultEntry[]> {
    const { ports, store, known } = this.#runtime;
    const { bucket, directory } = this.#folders.inbox;
    const entries: ResultEntry[] = [];
    for await (const key of new InboxFolder(
      directory,
      () => ({}),
      () => {},
    ).keys()) {
      const source = await findSource({ store, known, bucket, directory }, key);
      if (!source || !isWanted(imageIdOf(source))) continue;
      const record = await ports.catalog.get(imageIdOf(source));
      if (!record || !hasEnded(record)) continue;
      entries.push(await entryOf(ports, record, { input: key, sourcePath: join(directory, key) }));
    }
    return entries.sort((a, b) => (a.result.input < b.result.input ? -1 : 1));
  }

  async #onEnded({ imageId, source }: CompletionEvent): Promise<void> {
    this.#sheetIsOld = true;
    if (!this.#isCaughtUp) {
      this.#endedFirst.add(imageId);
      return;
    }
    const { ports } = this.#runtime;
    const record = await ports.catalog.get(imageId);
    if (!record) return;
    const sourcePath = join(this.#folders.inbox.directory, source.key);
    const { result } = await entryOf(ports, record, { input: source.key, sourcePath });
    this.#progress.print(resultLine(result));
  }

  async #look(): Promise<void> {
    const { ingest, rotation } = await this.#runtime.backlog();
    const isIdle = this.#inboxIsQuiet && ingest + rotation === 0;
    if (!this.#isCaughtUp) {
      const done = count(this.#endedFirst.size, 'image');
      this.#progress.show(`${done} done, ${ingest} to go, and ${count(rotation, 'rotation')}`);
      if (isIdle) this.#caughtUp.resolve();
    } else if (isIdle && this.#sheetIsOld) {
      await this.#writeContactSheet();
    }
  }
}
