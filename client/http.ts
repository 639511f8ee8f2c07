import { Bearer, type TokenProvider } from './bearer.ts';
import { type AnyInput, type Call, describeCall, mayRetry } from './call.ts';
import { EtagCache } from './etag-cache.ts';
import { networkProblem, ProblemError, problemOf } from './problem.ts';
import type { Answer, CallArguments, Route } from './routes.ts';
import { type Backoff, backoffMs, sleep } from './waiting.ts';

export interface ApiOptions {
  /** With the version and without a slash at the end: `https://darkroom.example.org/api/v1`. */
  baseUrl: string;
  token?: TokenProvider;
  /** Retries of a call that may be repeated; 3 where absent. */
  retries?: number;
  backoff?: Backoff;
  /** For one try, from the request to the last byte of the answer; 30 s where absent. */
  timeoutMs?: number;
}

/** What the parts of the client need of the API. */
export interface Api {
  /**
   * Calls a route.
   *
   * @returns the answer; the same object again where the server says that it has not changed, so do not change it
   * @throws ProblemError with the server's `code`, `status` and `field`, or `NETWORK_ERROR`
   * @throws the signal's reason, when it aborts
   */
  call<R extends Route>(route: R, ...input: CallArguments<R>): Promise<Answer<R>>;
}

const CACHED_IMAGES = 200;

/** A client of the HTTP API for one login. */
export class ApiClient implements Api {
  readonly #baseUrl: string;
  readonly #bearer: Bearer;
  readonly #retries: number;
  readonly #backoff: Backoff;
  readonly #timeoutMs: number;
  readonly #cache = new EtagCache(CACHED_IMAGES);

  constructor(options: ApiOptions) {
    this.#baseUrl = options.baseUrl;
    this.#bearer = new Bearer(options.token ?? (async () => undefined));
    this.#retries = options.retries ?? 3;
    this.#backoff = options.backoff ?? { baseMs: 500, capMs: 10_000 };
    this.#timeoutMs = options.timeoutMs ?? 30_000;
  }

  async call<R extends Route>(route: R, ...[input]: CallArguments<R>): Promise<Answer<R>> {
    const given: AnyInput = input ?? {};
    const call = describeCall(this.#baseUrl, route, given);
    const retries = given.retries ?? this.#retries;
    for (let failures = 0; ; failures++) {
      try {
        return (await this.#try(call)) as Answer<R>;
      } catch (error) {
        if (failures >= retries || !mayRetry(error, call)) throw error;
        await sleep((error.retryAfterMs ?? 0) + backoffMs(failures, this.#backoff), call.signal);
      }
    }
  }

  /** One try, and one more with a new token where the first was refused. */
  async #try(call: Call): Promise<unknown> {
    const token = await this.#bearer.current();
    try {
      return await this.#exchange(call, token);
    } catch (error) {
      if (token === undefined || !(error instanceof ProblemError) || error.status !== 401) throw error;
      const renewed = await this.#bearer.renewed(token);
      if (renewed === undefined || renewed === token) throw error;
      return this.#exchange(call, renewed);
    }
  }

  async #exchange(call: Call, token: string | undefined): Promise<unknown> {
    const kept = call.isCached ? this.#cache.find(call.url) : undefined;
    const headers = new Headers({ accept: 'application/json' });
    if (call.body !== undefined) headers.set('content-type', 'application/json');
    if (token !== undefined) headers.set('authorization', `Bearer ${token}`);
    if (kept !== undefined) headers.set('if-none-match', kept.etag);

    const { response, blob } = await this.#fetch(call, headers);
    if (response.status === 304 && kept !== undefined) return kept.value;
    const facts = response.ok ? response.headers.get('darkroom-preview') : null;
    if (facts !== null) return { picture: blob, ...JSON.parse(facts) };
    if (response.ok && response.headers.get('content-type')?.startsWith('text/csv')) {
      return { csv: blob, next: nextCursor(response.headers.get('link')) };
    }
    const text = await blob.text();
    if (!response.ok) throw problemOf(response.status, text, response.headers.get('retry-after'));
    const value = parseAnswer(response, text);
    const etag = response.headers.get('etag');
    if (call.isCached && etag !== null) this.#cache.keep(call.url, etag, value);
    return value;
  }

  async #fetch({ method, url, body, signal }: Call, headers: Headers) {
    const timeout = AbortSignal.timeout(this.#timeoutMs);
    const either = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
    try {
      const response = await fetch(url, { method, headers, body: body ?? null, signal: either });
      return { response, blob: await response.blob() };
    } catch (cause) {
      signal?.throwIfAborted();
      throw networkProblem(cause);
    }
  }
}

/** The cursor in the address of the next page. */
function nextCursor(link: string | null): string | null {
  const cursor = /[?&]cursor=([^&>]+)/.exec(link ?? '')?.[1];
  return cursor === undefined ? null : decodeURIComponent(cursor);
}

/** @throws ProblemError `UNREADABLE_ANSWER`, for example where a proxy answers in the API's place */
function parseAnswer(response: Response, text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (cause) {
    const detail = `Expected JSON from ${response.url}, received ${JSON.stringify(text.slice(0, 60))}.`;
    throw new ProblemError({ status: response.status, code: 'UNREADABLE_ANSWER', detail }, { cause });
  }
}
