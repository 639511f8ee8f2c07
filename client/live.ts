import { whenOnline, whenVisible } from './browser.ts';
import { type LiveSocket, openLiveSocket } from './live/live-socket.ts';
import { parseMessage } from './live/message.ts';
import { Revisions } from './live/revisions.ts';
import { type LiveTiming, RENEWAL_SPREAD, TIMING } from './live/timing.ts';
import type { LiveMessage, LiveTicket } from './types.ts';
import { backoffMs, sleep, Waiter } from './waiting.ts';

export type LiveState = 'connecting' | 'live' | 'offline';

export interface LiveOptions {
  /** `(signal) => api.call('POST /live/tickets', { signal })` */
  ticket(signal: AbortSignal): Promise<LiveTicket>;
  /** Called for each message that is news: older revisions and repetitions are dropped. */
  onMessage(message: LiveMessage): void;
  /** Called after each connection, the first included: messages may have been missed, so read again what is shown. */
  onResync(): void;
  /** Give it your own to note what is read through the API as well. */
  revisions?: Revisions;
  timing?: Partial<LiveTiming>;
}

/** Live updates of images: one WebSocket that is kept open, renewed and replaced. */
export class LiveUpdates {
  readonly #options: LiveOptions;
  readonly #timing: LiveTiming;
  readonly #revisions: Revisions;
  readonly #waiter = new Waiter();
  readonly #listeners = new Set<(state: LiveState) => void>();
  #stop: AbortController | undefined;
  #current: LiveSocket | undefined;
  #state: LiveState = 'offline';

  constructor(options: LiveOptions) {
    this.#options = options;
    this.#timing = { ...TIMING, ...options.timing };
    this.#revisions = options.revisions ?? new Revisions();
  }

  get state(): LiveState {
    return this.#state;
  }

  /** Reports each change of the state. @returns a function that ends it */
  subscribe(listener: (state: LiveState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Connects, and stays connected until `stop`. */
  start(): void {
    if (this.#stop !== undefined) return;
    const stop = new AbortController();
    this.#stop = stop;
    const hurry = () => this.#hurry();
    const endings = [whenOnline(hurry), whenVisible(hurry)];
    stop.signal.addEventListener('abort', () => {
      for (const end of endings) end();
    });
    this.#stayConnected(stop.signal).catch((error: unknown) => {
      if (!stop.signal.aborted) throw error;
    });
  }

  stop(): void {
    this.#stop?.abort(new Error('Live updates were stopped.'));
    this.#stop = undefined;
    this.#current?.close();
    this.#current = undefined;
    this.#enter('offline');
  }

  /** @throws the signal's reason, when it aborts */
  async #stayConnected(signal: AbortSignal): Promise<never> {
    for (let failures = 0; ; ) {
      const next = await this.#open(signal);
      const openedAt = performance.now();
      if (next !== undefined) {
        this.#replaceBy(next);
        if ((await this.#untilRenewalOrEnd(next, signal)) === 'renewal') {
          failures = 0;
          continue;
        }
      }
      const wasStable = next !== undefined && performance.now() - openedAt >= this.#timing.stableAfterMs;
      failures = wasStable ? 0 : failures + 1;
      await this.#waiter.sleep(backoffMs(failures, this.#timing.backoff), signal);
    }
  }

  /** Resolves to undefined where no connection can be opened now. */
  async #open(signal: AbortSignal): Promise<LiveSocket | undefined> {
    if (this.#current === undefined) this.#enter('connecting');
    const opening = AbortSignal.any([signal, AbortSignal.timeout(this.#timing.openWithinMs)]);
    try {
      const { url, ticket } = await this.#options.ticket(opening);
      const address = new URL(url);
      address.searchParams.set('ticket', ticket);
      return await openLiveSocket(address, this.#timing, (data) => this.#receive(data), opening);
    } catch {
      signal.throwIfAborted();
      if (this.#current === undefined) this.#enter('offline');
      return undefined;
    }
  }

  /** The old connection ends when the new one is open, so that no message falls between them. */
  #replaceBy(next: LiveSocket): void {
    const previous = this.#current;
    this.#current = next;
    previous?.close();
    void next.closed.then(() => this.#lose(next));
    this.#enter('live');
    queueMicrotask(() => this.#options.onResync());
  }

  #lose(socket: LiveSocket): void {
    if (this.#current !== socket) return;
    this.#current = undefined;
    this.#enter('offline');
    // A renewal that failed may be waiting for its next try.
    this.#waiter.wake();
  }

  async #untilRenewalOrEnd(socket: LiveSocket, signal: AbortSignal): Promise<'renewal' | 'end'> {
    const ended = new AbortController();
    const renewalMs = this.#timing.renewAfterMs * (1 - RENEWAL_SPREAD * Math.random());
    const renewal = sleep(renewalMs, AbortSignal.any([signal, ended.signal])).then(
      () => 'renewal' as const,
      () => 'end' as const,
    );
    void socket.closed.then(() => ended.abort());
    const outcome = await renewal;
    signal.throwIfAborted();
    return outcome;
  }

  #receive(data: unknown): void {
    const message = parseMessage(data);
    if (message === undefined || !this.#revisions.advance(message.imageId, message.revision)) return;
    this.#options.onMessage(message);
  }

  /** After a sleep the connection may be dead although nothing says so; without one, waiting is pointless now. */
  #hurry(): void {
    this.#current?.ping();
    this.#waiter.wake();
  }

  #enter(state: LiveState): void {
    if (state === this.#state) return;
    this.#state = state;
    for (const listener of this.#listeners) queueMicrotask(() => listener(state));
  }
}
