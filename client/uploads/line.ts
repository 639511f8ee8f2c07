import { type Backoff, backoffMs, untilAborted, Waiter } from '../waiting.ts';

interface Outage {
  /** At least one probe found no connection: it is not the fault of one file. */
  isConfirmed: boolean;
  over: Promise<void>;
}

export interface LineOptions {
  /** Resolves to true if the server answers, whatever it says. */
  probe(signal: AbortSignal): Promise<boolean>;
  backoff: Backoff;
  onChange(): void;
}

/**
 * The connection to the server, shared by all files. After a failure nothing is sent until a probe gets through, so an
 * outage costs one small request at a time and no file uses up its tries.
 */
export class Line {
  readonly #options: LineOptions;
  readonly #waiter = new Waiter();
  readonly #closed = new AbortController();
  #outage: Outage | undefined;

  constructor(options: LineOptions) {
    this.#options = options;
  }

  get isDown(): boolean {
    return this.#outage?.isConfirmed ?? false;
  }

  /** A request got no answer. */
  lost(): void {
    if (this.#outage !== undefined) return;
    this.#outage = { isConfirmed: false, over: Promise.resolve() };
    this.#outage.over = this.#probeUntilUp(this.#outage);
  }

  /**
   * Waits until requests may be sent.
   *
   * @returns whether there was an outage that a probe confirmed
   * @throws the signal's reason, when it aborts
   */
  async ready(signal: AbortSignal): Promise<boolean> {
    signal.throwIfAborted();
    const outage = this.#outage;
    if (outage !== undefined) await untilAborted(outage.over, signal);
    return outage?.isConfirmed ?? false;
  }

  /** Probes at once, if there is an outage. */
  hurry(): void {
    this.#waiter.wake();
  }

  close(): void {
    this.#closed.abort(new Error('The engine was closed.'));
  }

  async #probeUntilUp(outage: Outage): Promise<void> {
    const { signal } = this.#closed;
    const { probe, backoff, onChange } = this.#options;
    for (let failures = 0; !signal.aborted; failures++) {
      await this.#waiter.sleep(backoffMs(failures, backoff), signal).catch(() => {});
      if (await probe(signal)) break;
      outage.isConfirmed = true;
      onChange();
    }
    this.#outage = undefined;
    onChange();
  }
}
