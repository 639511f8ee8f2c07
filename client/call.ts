import { ProblemError } from './problem.ts';
import { type CallOptions, REPEATABLE_POSTS, type Route } from './routes.ts';

/** The input of any route, as the compiler has checked it. */
export interface AnyInput extends CallOptions {
  path?: Record<string, string>;
  query?: object;
  body?: unknown;
}

/** A call, ready to be sent. */
export interface Call {
  method: string;
  url: string;
  body: string | undefined;
  /** Whether a repetition does no harm, even if the first request had its effect. */
  isRepeatable: boolean;
  /** Whether the answer is kept with its ETag. */
  isCached: boolean;
  signal: AbortSignal | undefined;
}

const ROUTE_WITH_ETAG: Route = 'GET /images/{imageId}';
/** A server that asks for more patience gets its error reported instead. */
const LONGEST_RETRY_AFTER_MS = 60_000;

export function describeCall(baseUrl: string, route: Route, { path, query, body, signal }: AnyInput): Call {
  const [method = '', template = ''] = route.split(' ');
  const filled = template.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(path?.[name] ?? ''),
  );
  return {
    method,
    url: `${baseUrl}${filled}${queryString(query)}`,
    body: body === undefined ? undefined : JSON.stringify(body),
    isRepeatable: method !== 'POST' || REPEATABLE_POSTS.has(route),
    isCached: route === ROUTE_WITH_ETAG,
    signal,
  };
}

/** 429 was refused before it had any effect. After 503 or no answer, only what may be repeated is. */
export function mayRetry(error: unknown, call: Call): error is ProblemError {
  if (!(error instanceof ProblemError)) return false;
  if ((error.retryAfterMs ?? 0) > LONGEST_RETRY_AFTER_MS) return false;
  return error.status === 429 || (call.isRepeatable && (error.status === 503 || error.status === 0));
}

function queryString(query: object = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) parameters.append(name, String(value));
  }
  return parameters.size === 0 ? '' : `?${parameters}`;
}
