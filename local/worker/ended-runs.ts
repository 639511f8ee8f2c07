import { hasEnded, type ImageRecord, isUnderWay } from '../../core/pipeline/record.ts';
import type { Catalog } from '../../core/ports.ts';
import { Loop } from './loop.ts';

/** One attempt of one run of an image. */
export type RunAttempt = Pick<ImageRecord, 'imageId' | 'run' | 'attempt'>;

export interface EndedRunsOptions {
  catalog: Pick<Catalog, 'get'>;
  /** How often the records are looked at if nobody calls `notify`. */
  lookEveryMs: number;
  /** Called where the catalog can't answer. The next look may find the end. */
  onError(error: unknown): void;
}

interface Awaited extends RunAttempt {
  resolve(record: ImageRecord): void;
}

/** The mark follows the publication at once. It counts as a change, so a record before it is not the last one. */
const MARK_WITHIN_MS = 10;

/** Lets callers wait for the end of a run, whichever process works on it. */
export class EndedRuns {
  readonly #catalog: Pick<Catalog, 'get'>;
  readonly #awaited = new Set<Awaited>();
  readonly #loop: Loop;

  constructor({ catalog, lookEveryMs, onError }: EndedRunsOptions) {
    this.#catalog = catalog;
    this.#loop = new Loop({
      step: async () => {
        let isEnding = false;
        for (const awaited of this.#awaited) isEnding = (await this.#look(awaited)) || isEnding;
        return isEnding ? Math.min(MARK_WITHIN_MS, lookEveryMs) : lookEveryMs;
      },
      onError,
    });
  }

  start(): void {
    this.#loop.start();
  }

  /** A run has ended: looks at once. */
  notify(): void {
    this.#loop.notify();
  }

  stop(): Promise<void> {
    return this.#loop.stop();
  }

  /** Resolves with the image's record once that attempt has ended, or a later attempt or run has begun. */
  end({ imageId, run, attempt }: RunAttempt): Promise<ImageRecord> {
    const { promise, resolve } = Promise.withResolvers<ImageRecord>();
    this.#awaited.add({ imageId, run, attempt, resolve });
    return promise;
  }

  /** Resolves it, if it is over. Returns whether it has ended, and only the mark of its publication is missing. */
  async #look(awaited: Awaited): Promise<boolean> {
    const record = await this.#catalog.get(awaited.imageId);
    if (record === undefined || !isOver(awaited, record)) return false;
    if (isSameAttempt(awaited, record) && hasEnded(record) && record.publishedAt === undefined) return true;
    this.#awaited.delete(awaited);
    awaited.resolve(record);
    return false;
  }
}

function isOver({ run, attempt }: RunAttempt, record: ImageRecord): boolean {
  if (record.run !== run) return record.run > run;
  if (record.attempt !== attempt) return record.attempt > attempt;
  return !isUnderWay(record);
}

function isSameAttempt({ run, attempt }: RunAttempt, record: ImageRecord): boolean {
  return record.run === run && record.attempt === attempt;
}
