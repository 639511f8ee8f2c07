import type { ProblemError } from '../problem.ts';
import type { Entry } from './entry.ts';

/** A server that asks to wait longer, for example until a quota is renewed, stops the uploads: a person must know. */
const LONGEST_WAIT_MS = 5 * 60_000;

/** The server refuses every upload, for example since the login ended. */
export class UploadsBlockedError extends Error {
  override readonly name = 'UploadsBlockedError';
  readonly problem: ProblemError;

  constructor(problem: ProblemError) {
    super(problem.message, { cause: problem });
    this.problem = problem;
  }
}

/** What the problem of a request for forms means for the file that asked. */
export function refusalOf(problem: ProblemError): Error {
  const isForAll = problem.status === 401 || problem.status === 403;
  return isForAll || (problem.retryAfterMs ?? 0) > LONGEST_WAIT_MS
    ? new UploadsBlockedError(problem)
    : problem;
}

/** Whether a request was refused for what it says about a file. */
export function isAboutInput({ status }: ProblemError): boolean {
  return status === 400 || status === 413 || status === 415 || status === 422;
}

/** The file that the problem names and the others; two halves where it names none. */
export function withoutCulprit(batch: Entry[], { field }: ProblemError): Entry[][] {
  const index = Number(/^files[.[](\d+)/.exec(field ?? '')?.[1] ?? Number.NaN);
  const culprit = batch[index];
  if (culprit !== undefined) return [[culprit], batch.toSpliced(index, 1)];
  const half = batch.length >> 1;
  return [batch.slice(0, half), batch.slice(half)];
}
