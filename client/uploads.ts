import { whenOnline } from './browser.ts';
import type { Api } from './http.ts';
import { asProblem } from './problem.ts';
import { Dispatcher } from './uploads/dispatcher.ts';
import { type Entry, entryOf, snapshotOf, type UploadFile, type UploadSource } from './uploads/entry.ts';
import { FileQueue } from './uploads/file-queue.ts';
import { FormStock } from './uploads/form-stock.ts';
import { Ledger, type UploadListener, type UploadStatus, type UploadTotals } from './uploads/ledger.ts';
import { Line } from './uploads/line.ts';
import { Sender } from './uploads/sender.ts';
import { sourceOf, type UploadChoices } from './uploads/source.ts';
import type { Backoff } from './waiting.ts';

export interface UploadOptions {
  api: Api;
  /** Files under way at once; 6 where absent, as many as a browser opens connections to a host over HTTP/1.1. */
  parallelism?: number;
  /** Tries of one file; 6 where absent. */
  maxTries?: number;
  backoff?: Backoff;
  /** A transfer that makes no progress for this long is tried again; 60 s where absent. */
  stallMs?: number;
}

const BACKOFF: Backoff = { baseMs: 500, capMs: 30_000 };

/**
 * Uploads files, in a browser and in Node. It holds references to the files and never their content. It starts by
 * itself, waits while there is no connection and then goes on.
 */
export class UploadEngine {
  readonly #queue = new FileQueue();
  readonly #ledger = new Ledger(() => ({ status: this.#status, problem: this.#dispatcher.problem }));
  readonly #line: Line;
  readonly #dispatcher: Dispatcher;
  readonly #closed = new AbortController();
  readonly #ends = new Set<PromiseWithResolvers<UploadTotals>>();
  readonly #stopListening: () => void;
  #nextId = 1;

  constructor({ api, parallelism = 6, maxTries = 6, stallMs = 60_000, backoff = BACKOFF }: UploadOptions) {
    const ledger = this.#ledger;
    const line = new Line({
      probe: (signal) => answers(api, signal),
      backoff,
      onChange: () => ledger.schedule(),
    });
    const forms = new FormStock(api, this.#queue, this.#closed.signal);
    const sender = new Sender({ api, forms, line, ledger, backoff, maxTries, stallMs });
    this.#line = line;
    this.#dispatcher = new Dispatcher({
      queue: this.#queue,
      ledger,
      parallelism,
      send: (...file) => sender.send(...file),
      onEnd: () => this.#settle(),
    });
    this.#stopListening = whenOnline(() => line.hurry());
  }

  /**
   * Adds files and starts to upload them.
   *
   * @param choices recipe and album of those that name none
   * @returns the ids, in the order of the files
   */
  add(files: Iterable<File | UploadSource>, choices: UploadChoices = {}): number[] {
    const ids: number[] = [];
    for (const file of files) {
      const entry = entryOf(this.#nextId++, sourceOf(file, choices));
      this.#ledger.add(entry);
      this.#queue.add(entry);
      ids.push(entry.id);
    }
    this.#dispatcher.pump();
    return ids;
  }

  get totals(): UploadTotals {
    return this.#ledger.totals;
  }

  /** All files as they are now. For a long list, `subscribe` is cheaper: it reports only what changes. */
  files(): UploadFile[] {
    return Array.from(this.#ledger.entries(), snapshotOf);
  }

  /** Reports changes, at most once in 50 ms. @returns a function that ends it */
  subscribe(listener: UploadListener): () => void {
    return this.#ledger.subscribe(listener);
  }

  /**
   * Frees the line now: files that are being sent start again later, from their first byte. A file of which only the
   * answer is missing ends as usual.
   */
  pause(): void {
    this.#dispatcher.pause();
    this.#ledger.schedule();
  }

  /** Goes on after `pause`, and after the server has blocked all uploads. */
  resume(): void {
    this.#dispatcher.resume();
    this.#ledger.schedule();
  }

  /** Cancels a file, or all that have not ended. One of which only the answer is missing may still be stored. */
  cancel(id?: number): void {
    for (const entry of this.#chosen(id)) this.#dispatcher.cancel(entry);
    this.#settle();
  }

  /** Tries a failed file again, or all of them. */
  retry(id?: number): void {
    for (const entry of this.#chosen(id)) {
      if (entry.state !== 'failed') continue;
      entry.problem = undefined;
      this.#ledger.move(entry, 'waiting');
      this.#queue.add(entry);
    }
    this.#dispatcher.pump();
  }

  /** Forgets the files that have ended. */
  clear(): void {
    for (const entry of [...this.#ledger.entries()]) {
      if (entry.state !== 'waiting' && entry.state !== 'sending') this.#ledger.remove(entry);
    }
  }

  /**
   * Resolves when no file waits or is being sent.
   *
   * @throws ProblemError where the server blocks all uploads
   */
  whenEnded(): Promise<UploadTotals> {
    const end = Promise.withResolvers<UploadTotals>();
    this.#ends.add(end);
    this.#settle();
    return end.promise;
  }

  /** Cancels everything and lets go of the page. */
  close(): void {
    this.#stopListening();
    this.cancel();
    this.#dispatcher.close();
    this.#closed.abort(new Error('The upload engine was closed.'));
    this.#line.close();
  }

  get #status(): UploadStatus {
    if (this.#dispatcher.problem !== null) return 'blocked';
    if (this.#ledger.underWay === 0) return 'idle';
    if (this.#dispatcher.isPaused) return 'paused';
    return this.#line.isDown ? 'offline' : 'running';
  }

  *#chosen(id: number | undefined): Iterable<Entry> {
    if (id === undefined) return yield* this.#ledger.entries();
    const entry = this.#ledger.find(id);
    if (entry !== undefined) yield entry;
  }

  #settle(): void {
    const { problem } = this.#dispatcher;
    if (this.#ends.size === 0 || (this.#ledger.underWay > 0 && problem === null)) return;
    this.#ledger.flush();
    for (const { resolve, reject } of this.#ends) {
      if (problem === null) resolve(this.totals);
      else reject(problem);
    }
    this.#ends.clear();
  }
}

/** Whether the server can be reached: any answer will do. */
async function answers(api: Api, signal: AbortSignal): Promise<boolean> {
  try {
    await api.call('GET /me', { signal, retries: 0 });
    return true;
  } catch (error) {
    return asProblem(error).status !== 0;
  }
}
