import { asProblem, type ProblemError } from '../problem.ts';
import type { Entry, UploadSource } from './entry.ts';
import type { FileQueue } from './file-queue.ts';
import type { Ledger } from './ledger.ts';
import { UploadsBlockedError } from './refusal.ts';

const STOPPED = new Error('The upload was stopped.');

export interface DispatcherOptions {
  queue: FileQueue;
  ledger: Ledger;
  parallelism: number;
  send(entry: Entry, source: UploadSource, signal: AbortSignal): Promise<void>;
  /** Called when a file has ended or everything stands still. */
  onEnd(): void;
}

/** Keeps a bounded number of files under way, and stops them. Ends drive it, not timers, which hidden pages slow down. */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #running = new Map<Entry, AbortController>();
  #isPaused = false;
  #problem: ProblemError | null = null;

  constructor(options: DispatcherOptions) {
    this.#options = options;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** Why the server refuses all uploads. */
  get problem(): ProblemError | null {
    return this.#problem;
  }

  /** Starts files up to the limit. */
  pump(): void {
    const { queue, parallelism, onEnd } = this.#options;
    while (this.#running.size < parallelism && !this.#isPaused && this.#problem === null) {
      const entry = queue.next();
      if (entry?.source === undefined) break;
      void this.#run(entry, entry.source);
    }
    onEnd();
  }

  pause(): void {
    this.#isPaused = true;
    this.#stopAll();
  }

  resume(): void {
    this.#isPaused = false;
    this.#problem = null;
    this.pump();
  }

  cancel(entry: Entry): void {
    if (this.#running.has(entry)) this.#stop(entry, 'cancel');
    else if (entry.state === 'waiting') this.#end(entry, 'cancelled');
  }

  /** Ends the files under way, also those of which only the answer is missing. */
  close(): void {
    for (const controller of this.#running.values()) controller.abort(STOPPED);
  }

  async #run(entry: Entry, source: UploadSource): Promise<void> {
    const controller = new AbortController();
    this.#running.set(entry, controller);
    entry.stop = undefined;
    this.#options.ledger.move(entry, 'sending');
    try {
      await this.#options.send(entry, source, controller.signal);
      this.#end(entry, 'uploaded');
    } catch (error) {
      this.#fail(entry, error);
    }
    this.#running.delete(entry);
    this.pump();
  }

  #fail(entry: Entry, error: unknown): void {
    if (entry.stop === 'cancel') {
      this.#end(entry, 'cancelled');
    } else if (entry.stop === 'pause' || error instanceof UploadsBlockedError) {
      this.#options.ledger.move(entry, 'waiting');
      this.#options.queue.putBack(entry);
      if (error instanceof UploadsBlockedError) this.#block(error.problem);
    } else {
      entry.problem = asProblem(error);
      this.#end(entry, 'failed');
    }
  }

  #block(problem: ProblemError): void {
    this.#problem ??= problem;
    this.#stopAll();
  }

  #stopAll(): void {
    for (const entry of this.#running.keys()) this.#stop(entry, 'pause');
  }

  #stop(entry: Entry, why: 'pause' | 'cancel'): void {
    // A file that was cancelled stays so when everything is paused.
    if (entry.stop !== 'cancel') entry.stop = why;
    if (!entry.awaitsAnswer) this.#running.get(entry)?.abort(STOPPED);
  }

  #end(entry: Entry, state: 'uploaded' | 'failed' | 'cancelled'): void {
    entry.form = undefined;
    if (state === 'uploaded') entry.problem = undefined;
    if (state !== 'failed') entry.source = undefined;
    this.#options.ledger.move(entry, state);
  }
}
