import { setTimeout as sleep } from 'node:timers/promises';
import type { WebhookOutbox } from '../adapters/webhook-outbox.ts';
import { Signal } from './signal.ts';

/** How often deliveries that have failed are looked at again; the outbox knows when each is due. */
const RETRY_LOOK_MS = 1000;
/** How long the end of the process may wait for endpoints; what they have not taken by then waits for the next start. */
const GRACE_MS = 5000;

/** Delivers events to webhooks as soon as they are there, and again where an endpoint did not take them. */
export class WebhookSender {
  readonly #outbox: WebhookOutbox;
  readonly #onProblem: (error: unknown) => void;
  readonly #signal = new Signal();
  readonly #abort = new AbortController();
  #isStopping = false;
  #running: Promise<void> = Promise.resolve();

  constructor(outbox: WebhookOutbox, onProblem: (error: unknown) => void) {
    this.#outbox = outbox;
    this.#onProblem = onProblem;
  }

  start(): void {
    this.#running = this.#run();
  }

  notify(): void {
    this.#signal.notify();
  }

  /** Delivers what is due now, as far as the endpoints answer soon. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.notify();
    const stuckAfter = new AbortController();
    await Promise.race([
      this.#running,
      sleep(GRACE_MS, undefined, { signal: stuckAfter.signal }).catch(() => {
        // Everything was delivered in time.
      }),
    ]);
    stuckAfter.abort();
    this.#abort.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    for (;;) {
      const isLast = this.#isStopping;
      await this.#deliverAllDue();
      if (isLast) return;
      await this.#signal.sleep(RETRY_LOOK_MS);
    }
  }

  async #deliverAllDue(): Promise<void> {
    try {
      while (!this.#abort.signal.aborted) {
        const { delivered, postponed, gaveUp } = await this.#outbox.deliverDue(this.#abort.signal);
        for (const message of gaveUp) this.#onProblem(new Error(message));
        if (delivered + postponed + gaveUp.length === 0) return;
      }
    } catch (error) {
      this.#onProblem(error);
    }
  }
}
