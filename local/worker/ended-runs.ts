import type { CompletionEvent } from '../../core/pipeline/messages/completion.ts';

/** A run and attempt of an image that somebody waits for. */
interface Awaited {
  run: number;
  attempt: number;
  resolve(): void;
}

/** Lets callers wait for the end of a run. Events may repeat, and those of earlier runs end nothing. */
export class EndedRuns {
  readonly #awaited = new Map<string, Awaited[]>();

  onEnded({ imageId, run, attempt }: CompletionEvent): void {
    const waiting = this.#awaited.get(imageId) ?? [];
    const left = waiting.filter((each) => !isReached(each, run, attempt));
    for (const each of waiting) if (!left.includes(each)) each.resolve();
    if (left.length > 0) this.#awaited.set(imageId, left);
    else this.#awaited.delete(imageId);
  }

  /** Returns when that attempt of that run, or a later one, has ended. To be called before it can. */
  end(imageId: string, { run, attempt }: { run: number; attempt: number }): Promise<void> {
    return new Promise((resolve) => {
      this.#awaited.set(imageId, [...(this.#awaited.get(imageId) ?? []), { run, attempt, resolve }]);
    });
  }
}

function isReached(awaited: { run: number; attempt: number }, run: number, attempt: number): boolean {
  return run > awaited.run || (run === awaited.run && attempt >= awaited.attempt);
}
