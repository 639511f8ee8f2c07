import type { Api } from '../http.ts';
import type { ProblemError } from '../problem.ts';
import { untilAborted } from '../waiting.ts';
import type { Entry, HeldForm } from './entry.ts';
import type { FileQueue } from './file-queue.ts';
import { requestForms } from './form-request.ts';
import { isAboutInput, refusalOf } from './refusal.ts';

/** The most that one `POST /uploads` takes. */
const BATCH_FILES = 100;
/** Forms for more than this would often expire unused: on a line of 4 Mbit/s it takes nine minutes. */
const BATCH_BYTES = 256 * 1024 * 1024;
/** The next batch is fetched when fewer of the next files than this have a form. */
const LOW_WATER = 20;

/** Upload forms, fetched in batches for the files whose turn is near. One request is under way at a time. */
export class FormStock {
  readonly #api: Api;
  readonly #queue: FileQueue;
  readonly #signal: AbortSignal;
  /** Files that are being sent and wait for a form. */
  readonly #wanted = new Set<Entry>();
  #flight: Promise<void> | undefined;

  /** @param signal ends the requests */
  constructor(api: Api, queue: FileQueue, signal: AbortSignal) {
    this.#api = api;
    this.#queue = queue;
    this.#signal = signal;
  }

  /**
   * A form that can be used now.
   *
   * @throws ProblemError where the server refuses this file or does not answer
   * @throws UploadsBlockedError where it refuses all
   * @throws the signal's reason, when it aborts
   */
  async take(entry: Entry, signal: AbortSignal): Promise<HeldForm> {
    this.#wanted.add(entry);
    try {
      for (;;) {
        if (hasForm(entry)) {
          this.#restock();
          return entry.form;
        }
        const problem = entry.formProblem;
        entry.formProblem = undefined;
        if (problem !== undefined) throw refusalOf(problem);
        this.#flight ??= this.#fly();
        await untilAborted(this.#flight, signal);
      }
    } finally {
      this.#wanted.delete(entry);
    }
  }

  #restock(): void {
    let seen = 0;
    for (const entry of this.#queue.waiting()) {
      if (needsForm(entry)) {
        this.#flight ??= this.#fly();
        return;
      }
      seen += 1;
      if (seen >= LOW_WATER) return;
    }
  }

  /** Starts a microtask later, so that files which start together are in one batch. */
  async #fly(): Promise<void> {
    await Promise.resolve();
    await requestForms(this.#api, this.#nextBatch(), this.#signal, (...refusal) => this.#refuse(...refusal));
    this.#flight = undefined;
  }

  #nextBatch(): Entry[] {
    const batch = [...this.#wanted].filter(needsForm).slice(0, BATCH_FILES);
    let bytes = batch.reduce((sum, entry) => sum + entry.bytes, 0);
    for (const entry of this.#queue.waiting()) {
      if (batch.length >= BATCH_FILES || bytes >= BATCH_BYTES) break;
      if (!needsForm(entry)) continue;
      batch.push(entry);
      bytes += entry.bytes;
    }
    return batch;
  }

  /** A file that only waits is asked for again when its turn comes, unless it is at fault itself. */
  #refuse(entry: Entry, problem: ProblemError): void {
    if (isAboutInput(problem) || this.#wanted.has(entry)) entry.formProblem = problem;
  }
}

function hasForm(entry: Entry): entry is Entry & { form: HeldForm } {
  return entry.form !== undefined && entry.form.usableUntilMs > performance.now();
}

function needsForm(entry: Entry): boolean {
  return !hasForm(entry) && entry.formProblem === undefined;
}
