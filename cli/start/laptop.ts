import { basename } from 'node:path/posix';
import { type Reason, reasonOf } from '../../core/errors.ts';
import type { CompletionEvent } from '../../core/pipeline/messages/completion.ts';
import { hasEnded } from '../../core/pipeline/record.ts';
import { DEFAULT_RECIPE_NAME } from '../../core/recipe.ts';
import { storageError } from '../../local/adapters/storage-errors.ts';
import type { LaptopConfig } from '../../local/config.ts';
import { laptopFolders } from '../../local/data-folder.ts';
import { ProblemReporter } from '../../local/problem-reporter.ts';
import type { NetworkAccess } from '../../local/server/network-access.ts';
import { makeServer } from '../../local/server/open-server.ts';
import { pictureUrl } from '../../local/server/pages.ts';
import { Loop } from '../../local/worker/loop.ts';
import { openRuntime, type Runtime } from '../../local/worker/runtime.ts';
import { count } from '../console/figures.ts';
import type { Progress } from '../console/progress.ts';
import { resultLine, resultsTable, TABLE_NOTE } from '../console/results-table.ts';
import { writeContactSheet } from '../report/contact-sheet.ts';
import { entryOf, type ResultEntry } from '../result.ts';
import { LatestImages } from './latest-images.ts';
import { WebApp } from './web-app.ts';

const RETRY = { firstMs: 500, longestMs: 30_000 };
/** How often the progress line is updated, and how soon an idle pipeline is noticed. */
const LOOK_MS = 200;
/** Images on the contact sheet and in the table. For a larger inbox, these are the images that ended last. */
const SHOWN_MAX = 100;
/** Contact sheets take at most this share of the time, however often images arrive. */
const SHEET_SHARE = 0.05;

/** `npm start`: the runtime over one data folder, whose inbox is watched, with its results on the console. */
export class Laptop {
  readonly #folders: ReturnType<typeof laptopFolders>;
  readonly #runtime: Runtime;
  readonly #loop: Loop;
  readonly #progress: Progress;
  readonly #app = new WebApp();
  readonly #problems: ProblemReporter;
  readonly #maxPixels: number;
  readonly #latest = new LatestImages(SHOWN_MAX);
  /** Ended since the start. */
  #ended = 0;
  #isCaughtUp = false;
  #inboxIsStable = false;
  #sheetIsOld = false;
  #nextSheetAtMs = 0;
  readonly #caughtUp = Promise.withResolvers<void>();

  /**
   * @throws FolderInUseError where another process has the folder
   * @throws TransientError where it can't be written
   */
  constructor(
    config: LaptopConfig & { network: NetworkAccess },
    progress: Progress,
    samples: readonly string[],
  ) {
    this.#folders = laptopFolders(config.dataDir);
    this.#progress = progress;
    this.#maxPixels = config.limits.maxPixels;
    this.#problems = new ProblemReporter((message) => progress.print(message));
    const onError = (problem: Reason) => this.#problems.report(problem);
    this.#runtime = openRuntime({
      ...config,
      ...this.#folders,
      recipeName: DEFAULT_RECIPE_NAME,
      makeServer: (folder, parts) =>
        makeServer(folder, {
          port: config.port,
          network: config.network,
          contactSheet: this.#folders.contactSheet,
          login: config.auth,
          app: () => this.#app.state,
          samples,
          ...parts,
        }),
      retry: RETRY,
      onEnded: (event) => this.#show(event).catch((error) => onError(reasonOf(error))),
      onScanned: ({ unstable }) => {
        this.#inboxIsStable = unstable === 0;
      },
      onError,
    });
    this.#loop = new Loop({
      step: async (stopping) => {
        await this.#look(stopping);
        return LOOK_MS;
      },
      onError: (error) => onError(reasonOf(error)),
    });
  }

  /** Where the local server is. */
  get origin(): string {
    return this.#runtime.origin;
  }

  /**
   * Starts everything.
   *
   * @throws InvalidInputError where the port of the local server is in use
   */
  async start(): Promise<void> {
    try {
      await this.#runtime.start();
    } catch (error) {
      await this.#runtime.stop();
      throw error;
    }
    this.#loop.start();
    void this.#buildApp();
  }

  /** Resolves once the inbox is processed and the results are shown; never if it is stopped before. */
  caughtUp(): Promise<void> {
    return this.#caughtUp.promise;
  }

  async stop(): Promise<void> {
    this.#app.stop();
    await this.#loop.stop();
    this.#progress.clear();
    await this.#runtime.stop();
  }

  async #buildApp(): Promise<void> {
    const state = await this.#app.build();
    if (state.kind !== 'failed') return;
    this.#progress.print(`The app could not be built. The pipeline works without it.\n${state.reason}`);
  }

  async #look(stopping: AbortSignal): Promise<void> {
    const { ingest, parts } = await this.#runtime.backlog();
    const isIdle = this.#inboxIsStable && ingest + parts === 0;
    if (!isIdle) {
      const left = `${ingest.toLocaleString('en-GB')} to go, and ${count(parts, 'rotation')}`;
      if (ingest + parts > 0) this.#progress.show(`${count(this.#ended, 'image')} done, ${left}`);
      return;
    }
    this.#progress.clear();
    if (!this.#isCaughtUp) {
      await this.#catchUp(stopping);
      this.#caughtUp.resolve();
    } else if (this.#sheetIsOld && Date.now() >= this.#nextSheetAtMs) {
      await this.#writeContactSheet();
    }
  }

  /** The inbox is processed for the first time: shows everything that has ended since the start. */
  async #catchUp(stopping: AbortSignal): Promise<void> {
    const results = this.#latest.entries().map(({ result }) => result);
    await this.#recall(stopping);
    this.#isCaughtUp = true;
    if (results.length === 0) return;
    this.#progress.print(...resultsTable(results, process.stdout.columns), '');
    const others = this.#ended - results.length;
    if (others > 0) this.#progress.print(`${count(others, 'image')} ended before these; see events.ndjson.`);
    this.#progress.print(TABLE_NOTE);
    await this.#writeContactSheet();
  }

  /** Adds what ended during earlier starts; the contact sheet shows it, too. */
  async #recall(stopping: AbortSignal): Promise<void> {
    for await (const record of this.#runtime.images.records()) {
      if (stopping.aborted) return;
      if (hasEnded(record)) this.#latest.add(record, await this.#entryOf(record));
    }
  }

  async #show({ imageId }: CompletionEvent): Promise<void> {
    const record = await this.#runtime.images.record(imageId);
    if (!record || !hasEnded(record)) return;
    const entry = await this.#entryOf(record);
    this.#latest.add(record, entry);
    this.#ended += 1;
    this.#sheetIsOld = true;
    if (this.#isCaughtUp) this.#progress.print(resultLine(entry.result));
  }

  async #entryOf(record: Parameters<typeof entryOf>[1]): Promise<ResultEntry> {
    const { bucket, key } = record.source;
    const input = bucket === this.#folders.uploads.bucket ? basename(key) : key;
    const sourcePath = (await this.#runtime.images.sourcePath(record)) ?? '';
    return entryOf(this.#runtime.images, record, { input, sourcePath });
  }

  async #writeContactSheet(): Promise<void> {
    const startedMs = Date.now();
    this.#sheetIsOld = false;
    try {
      await writeContactSheet(this.#folders.contactSheet, {
        entries: this.#latest.entries(),
        madeAt: new Date(),
        maxPixels: this.#maxPixels,
        urlOf: (imageId, variant) => pictureUrl(this.origin, imageId, variant),
      });
    } catch (error) {
      this.#sheetIsOld = true;
      this.#problems.report(reasonOf(storageError(error, `write ${this.#folders.contactSheet}`)));
    }
    this.#nextSheetAtMs = Date.now() + (Date.now() - startedMs) / SHEET_SHARE;
  }
}
