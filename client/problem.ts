import type { Problem } from './types.ts';

/** The request got no answer: no connection, a cut one, or the time-out passed. */
export const NETWORK_ERROR = 'NETWORK_ERROR';

/** A request that failed. `status` is 0 where no answer came. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly code: string;
  readonly status: number;
  /** The input that is wrong, as a path: `files.3.name`. */
  readonly field: string | undefined;
  /** How long the server asks to wait. */
  readonly retryAfterMs: number | undefined;

  constructor(problem: Problem, options: ErrorOptions & { retryAfterMs?: number | undefined } = {}) {
    super(problem.detail ?? problem.title ?? problem.code, options);
    this.code = problem.code;
    this.status = problem.status;
    this.field = problem.field;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** The problem of an answer; one that is no problem document (of a proxy, say) gets the code `HTTP_<status>`. */
export function problemOf(status: number, text: string, retryAfter: string | null = null): ProblemError {
  const body = parseObject(text);
  const word = (name: string) => (typeof body[name] === 'string' ? { [name]: body[name] } : {});
  const title = `The server answered with status ${status}.`;
  return new ProblemError(
    {
      title,
      code: `HTTP_${status}`,
      ...word('title'),
      ...word('code'),
      ...word('detail'),
      ...word('field'),
      status,
    },
    { retryAfterMs: parseRetryAfter(retryAfter) },
  );
}

/** @param cause what the platform threw */
export function networkProblem(cause: unknown): ProblemError {
  const detail = 'No answer came from the server. Check the connection and try again.';
  return new ProblemError({ status: 0, code: NETWORK_ERROR, detail }, { cause });
}

/** Any thrown value as a problem. */
export function asProblem(error: unknown): ProblemError {
  return error instanceof ProblemError ? error : networkProblem(error);
}

/** `Retry-After` in milliseconds from now: seconds or an HTTP date (RFC 9110, section 10.2.3). */
export function parseRetryAfter(value: string | null): number | undefined {
  if (value === null || value.trim() === '') return undefined;
  const ms = /^\s*\d+\s*$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
