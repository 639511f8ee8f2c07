import type { Api } from '../http.ts';
import { asProblem, ProblemError } from '../problem.ts';
import { type Backoff, backoffMs, sleep } from '../waiting.ts';
import { isPassing } from './answer.ts';
import type { Entry, UploadSource } from './entry.ts';
import type { FormStock } from './form-stock.ts';
import type { Line } from './line.ts';
import { type PostOptions, postFile, unreadable } from './post-file.ts';
import { refusalOf, UploadsBlockedError } from './refusal.ts';

export interface SenderOptions extends PostOptions {
  api: Api;
  forms: FormStock;
  line: Line;
  backoff: Backoff;
  /** Tries of one file; those during an outage do not count. */
  maxTries: number;
}

/** Sends one file, with all its tries. */
export class Sender {
  readonly #options: SenderOptions;

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  /**
   * Resolves when the file is stored.
   *
   * @throws ProblemError where another try is of no use, or was not
   * @throws UploadsBlockedError where the server refuses all uploads
   * @throws the signal's reason, when it aborts
   */
  async send(entry: Entry, source: UploadSource, signal: AbortSignal): Promise<void> {
    const { line, ledger, maxTries, backoff } = this.#options;
    for (let tries = 1; ; tries++) {
      await line.ready(signal);
      const problem = await this.#try(entry, source, signal);
      if (problem === undefined) return;
      if (entry.stop !== undefined || !isWorthRetrying(problem)) throw problem;
      entry.problem = problem;
      ledger.progress(entry, 0);
      if (await this.#wasOutage(problem, signal)) tries -= 1;
      else if (tries >= maxTries) throw problem;
      await sleep((problem.retryAfterMs ?? 0) + backoffMs(tries - 1, backoff), signal);
    }
  }

  /** Whether there is no connection at all; returns when there is one again. */
  async #wasOutage({ status }: ProblemError, signal: AbortSignal): Promise<boolean> {
    if (status !== 0) return false;
    this.#options.line.lost();
    return this.#options.line.ready(signal);
  }

  async #try(entry: Entry, source: UploadSource, signal: AbortSignal): Promise<ProblemError | undefined> {
    try {
      if (await this.#isStored(entry, signal)) return undefined;
      const form = await this.#options.forms.take(entry, signal);
      const file = await source.open();
      return await postFile(entry, form, file, { ...this.#options, signal });
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof UploadsBlockedError) throw error;
      return error instanceof ProblemError ? error : unreadable(entry, error);
    }
  }

  /**
   * After a try without an answer, asks whether the file has arrived: a second copy would become a second image. Ingest
   * takes about a second to record an upload, so this finds most and not all.
   */
  async #isStored(entry: Entry, signal: AbortSignal): Promise<boolean> {
    const uploadId = entry.unconfirmed;
    if (uploadId === undefined) return false;
    const imageId = await this.#imageOf(uploadId, signal);
    entry.unconfirmed = undefined;
    if (imageId === null) return false;
    entry.uploadId = uploadId;
    return true;
  }

  async #imageOf(uploadId: string, signal: AbortSignal): Promise<string | null> {
    try {
      const call = { path: { uploadId }, signal };
      return (await this.#options.api.call('GET /uploads/{uploadId}', call)).imageId;
    } catch (error) {
      const problem = asProblem(error);
      if (problem.status === 404) return null;
      throw refusalOf(problem);
    }
  }
}

function isWorthRetrying(problem: ProblemError): boolean {
  return problem.code !== 'FILE_UNREADABLE' && (problem.status === 0 || isPassing(problem));
}
