import type { Api } from '../../client/http.ts';
import { asProblem, ProblemError } from '../../client/problem.ts';
import { Store } from '../ui/store.ts';

/** A file of an image. `version` is the run: another run has other files. */
export interface Wanted {
  imageId: string;
  variant: string;
  version: number;
}

/** A link, or why there is none. Replaced when it changes. */
export interface KnownLink {
  readonly url?: string;
  readonly code?: string;
}

interface Entry {
  wanted: Wanted;
  link: KnownLink;
  expiresAtMs?: number;
  users: number;
  /** Links that did not work. */
  renewals?: number;
  request?: AbortController;
}

/** What scrolls past within this time is never asked for. */
const GATHER_MS = 40;
/** A request may hold 100, and only 20 views that may have to be made. */
const MOST = { view: 20, other: 100 } as const;
/** Renewed this long before the end. */
const SPARE_MS = 60_000;
const RENEW_EVERY_MS = 20_000;
const MAX_RENEWALS = 3;
const NOTHING: KnownLink = {};

/** Links to files of images: asked for in batches, only for what is shown, and renewed before they expire. */
export class LinkBook extends Store {
  readonly #api: Api;
  readonly #entries = new Map<string, Entry>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(api: Api) {
    super();
    this.#api = api;
    setInterval(() => this.#schedule(), RENEW_EVERY_MS);
  }

  /** Shows that the file is wanted. @returns a function that ends it */
  want(wanted: Wanted): () => void {
    const key = keyOf(wanted);
    const entry = this.#entries.get(key) ?? { wanted, link: NOTHING, users: 0 };
    entry.users += 1;
    this.#entries.set(key, entry);
    if (this.#isDue(entry)) this.#schedule();
    return () => {
      entry.users -= 1;
      if (entry.users === 0) this.#cancelUnused(entry.request);
    };
  }

  /** What is known now: the same object until it changes. */
  find(wanted: Wanted): KnownLink {
    return this.#entries.get(keyOf(wanted))?.link ?? NOTHING;
  }

  /** The link did not work: asks for another one, a few times. */
  renew(wanted: Wanted): void {
    const entry = this.#entries.get(keyOf(wanted));
    if (entry === undefined) return;
    delete entry.expiresAtMs;
    entry.renewals = (entry.renewals ?? 0) + 1;
    entry.link = entry.renewals > MAX_RENEWALS ? { code: 'LINK_FAILED' } : NOTHING;
    this.changed();
    this.#schedule();
  }

  /** A person asks for all links again that could not be had. */
  retryAll(): void {
    for (const entry of this.#entries.values()) {
      const { code, ...link } = entry.link;
      if (code !== undefined) entry.link = link;
      delete entry.renewals;
    }
    this.#schedule();
  }

  /** A link for a download now, under the name of the file. */
  async download(imageId: string, variant: string): Promise<string> {
    const items = [{ imageId, variant, download: true }];
    const [link] = (await this.#api.call('POST /links', { body: { items } })).links;
    if (link === undefined) throw new Error('expected a link, received none');
    if ('problem' in link) throw new ProblemError(link.problem);
    return link.url;
  }

  #isDue({ users, request, link, expiresAtMs = 0 }: Entry): boolean {
    return (
      users > 0 && request === undefined && link.code === undefined && expiresAtMs < Date.now() + SPARE_MS
    );
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      const due = [...this.#entries.values()].filter((entry) => this.#isDue(entry));
      for (const kind of ['other', 'view'] as const) {
        const group = due.filter(({ wanted }) => (wanted.variant === 'view') === (kind === 'view'));
        for (let at = 0; at < group.length; at += MOST[kind])
          void this.#request(group.slice(at, at + MOST[kind]));
      }
    }, GATHER_MS);
  }

  async #request(entries: readonly Entry[]): Promise<void> {
    const request = new AbortController();
    for (const entry of entries) entry.request = request;
    const items = entries.map(({ wanted: { imageId, variant } }) => ({ imageId, variant }));
    try {
      const { links } = await this.#api.call('POST /links', { body: { items }, signal: request.signal });
      for (const [index, link] of links.entries()) {
        const entry = entries[index];
        if (entry === undefined) continue;
        entry.link = 'problem' in link ? { code: link.problem.code } : { url: link.url };
        if (!('problem' in link)) entry.expiresAtMs = Date.parse(link.expiresAt);
      }
    } catch (error) {
      const { code } = asProblem(error);
      // A link that is being renewed may still work for a while.
      if (!request.signal.aborted) for (const entry of entries) entry.link = { ...entry.link, code };
    } finally {
      for (const entry of entries) delete entry.request;
      this.changed();
      // What was wanted again while its request was being cancelled.
      if (request.signal.aborted) this.#schedule();
    }
  }

  /** Nobody waits for any link of this request: everything has scrolled past. */
  #cancelUnused(request: AbortController | undefined): void {
    if (request === undefined) return;
    const isUsed = [...this.#entries.values()].some((entry) => entry.request === request && entry.users > 0);
    if (!isUsed) request.abort(new Error('Nothing of this request is shown any more.'));
  }
}

function keyOf({ imageId, variant, version }: Wanted): string {
  return `${imageId}/${variant}/${version}`;
}
