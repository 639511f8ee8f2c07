/** What is asked for: a quick draft, or the exact version with its measures. */
interface Wish {
  isDraft: boolean;
}

interface QueueHandlers<W, A> {
  request(wish: W, signal: AbortSignal): Promise<A>;
  onAnswer(answer: A, wish: W): void;
  onProblem(problem: unknown, wish: W): void;
}

/**
 * Asks for previews while a person moves a slider: one request is in flight, and of what is wanted meanwhile, only the newest
 * is asked for next. So answers never overtake each other.
 *
 * A draft in flight is quick, and is shown before the next one begins. An exact version takes longer: whatever is wanted
 * next aborts it, and its answer is dropped even where it still arrives.
 */
export class PreviewQueue<W extends Wish, A> {
  readonly #handlers: QueueHandlers<W, A>;
  #current: { wish: W; end: AbortController } | undefined;
  #next: W | undefined;
  #isClosed = false;

  constructor(handlers: QueueHandlers<W, A>) {
    this.#handlers = handlers;
  }

  /** Replaces what was wanted before and has not begun. */
  want(wish: W): void {
    if (this.#isClosed) return;
    if (this.#current?.wish.isDraft === false) this.#abort();
    this.#next = wish;
    void this.#run();
  }

  /** Nothing is wanted any more. */
  clear(): void {
    this.#next = undefined;
    this.#abort();
  }

  /** Ends for good: no handler is called from now on. */
  close(): void {
    this.#isClosed = true;
    this.clear();
  }

  #abort(): void {
    this.#current?.end.abort(new Error('A newer preview is wanted.'));
    this.#current = undefined;
  }

  async #run(): Promise<void> {
    const wish = this.#next;
    if (wish === undefined || this.#current !== undefined) return;
    this.#next = undefined;
    const mine = { wish, end: new AbortController() };
    this.#current = mine;
    const report = await this.#ask(wish, mine.end.signal);
    if (this.#current !== mine) return;
    this.#current = undefined;
    report();
    void this.#run();
  }

  /** @returns what reports the outcome. A problem of what is about to be replaced concerns nobody */
  async #ask(wish: W, signal: AbortSignal): Promise<() => void> {
    try {
      const answer = await this.#handlers.request(wish, signal);
      return () => this.#handlers.onAnswer(answer, wish);
    } catch (problem) {
      return () => {
        if (this.#next === undefined) this.#handlers.onProblem(problem, wish);
      };
    }
  }
}
