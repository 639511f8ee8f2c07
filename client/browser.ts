/** The part of XMLHttpRequest that an upload needs. */
export interface Xhr {
  readonly status: number;
  readonly responseText: string;
  readonly upload: {
    onprogress: ((event: { loaded: number; total: number }) => void) | null;
    onload: (() => void) | null;
  };
  onload: (() => void) | null;
  onerror: (() => void) | null;
  onabort: (() => void) | null;
  open(method: string, url: string): void;
  send(body: FormData): void;
  abort(): void;
  getResponseHeader(name: string): string | null;
}

interface EventSource {
  addEventListener(type: string, listener: () => void): void;
  removeEventListener(type: string, listener: () => void): void;
}

/** What a browser has and Node lacks. The same code compiles with the types of either. */
interface BrowserGlobals extends Partial<EventSource> {
  document?: EventSource & { visibilityState: string };
  XMLHttpRequest?: new () => Xhr;
}

export const browser: BrowserGlobals = globalThis as unknown as BrowserGlobals;

/**
 * Calls back when a connection may work again: the browser says that it is online. Silent in Node.
 *
 * @returns a function that ends it
 */
export function whenOnline(callback: () => void): () => void {
  browser.addEventListener?.('online', callback);
  return () => browser.removeEventListener?.('online', callback);
}

/** Calls back when the page is shown again. @returns a function that ends it */
export function whenVisible(callback: () => void): () => void {
  const page = browser.document;
  const listener = () => {
    if (page?.visibilityState === 'visible') callback();
  };
  page?.addEventListener('visibilitychange', listener);
  return () => page?.removeEventListener('visibilitychange', listener);
}
