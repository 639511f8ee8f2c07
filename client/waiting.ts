export interface Backoff {
  /** The longest wait before the first retry. */
  baseMs: number;
  /** The longest wait before any retry. */
  capMs: number;
}

/**
 * Exponential back-off with full jitter, so that clients that failed together do not come back together.
 *
 * @param failures before this wait, from 0
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function backoffMs(failures: number, { baseMs, capMs }: Backoff): number {
  return Math.random() * Math.min(capMs, baseMs * 2 ** Math.min(failures, 30));
}

/** @throws the signal's reason, when it aborts */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal?.addEventListener('abort', stop, { once: true });
  });
}

/** The promise's outcome, or the signal's reason if that comes first. The promise itself goes on. */
export async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** Waits that can be cut short, for example because the browser says that it is online again. */
export class Waiter {
  #wake = new AbortController();

  /** @throws the signal's reason, when it aborts */
  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    await sleep(ms, AbortSignal.any([signal, this.#wake.signal])).catch(() => signal.throwIfAborted());
  }

  /** Ends the waits that are under way. */
  wake(): void {
    this.#wake.abort();
    this.#wake = new AbortController();
  }
}
