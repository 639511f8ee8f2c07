import * as z from 'zod';
import {
  ConflictError,
  ForbiddenError,
  InvalidInputError,
  NotFoundError,
  PermanentError,
  QuotaError,
  TransientError,
  UnauthenticatedError,
  UnprocessableImageError,
} from '../errors.ts';
import { InvalidFieldError } from '../validation.ts';

/** An error answer by RFC 9457, as `application/problem+json`. `code` is stable; `detail` is for people. */
export const problemSchema = z
  .strictObject({
    type: z.literal('about:blank'),
    title: z.string().describe('The meaning of the status'),
    status: z.int(),
    code: z.string().describe('Stable: programs match on it'),
    detail: z.string().describe('What was expected, what came, and what to do'),
    field: z.string().optional().describe('The input that is wrong, as a path: `files.3.name`'),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof problemSchema>;

export const PROBLEM_TYPE = 'application/problem+json';

const TITLES: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

/** An error whose answer is known where it is thrown. */
export class HttpProblemError extends Error {
  override readonly name = 'HttpProblemError';
  readonly problem: Problem;
  readonly headers: Record<string, string>;

  constructor(problem: Problem, headers: Record<string, string> = {}) {
    super(problem.detail);
    this.problem = problem;
    this.headers = headers;
  }
}

export function problem(status: number, code: string, detail: string, field?: string): Problem {
  const title = TITLES[status] ?? 'Error';
  return { type: 'about:blank', title, status, code, detail, ...(field === undefined ? {} : { field }) };
}

/** The answer to any thrown value. Of an error that nobody expected, it says nothing but that it was logged. */
export function problemOf(error: unknown, requestId: string): Problem {
  if (error instanceof HttpProblemError) return error.problem;
  if (error instanceof InvalidFieldError) return problem(400, 'INVALID_INPUT', error.message, error.field);
  if (error instanceof InvalidInputError) return problem(400, 'INVALID_INPUT', error.message);
  if (error instanceof PermanentError) return problem(400, error.code, error.message);
  if (error instanceof UnauthenticatedError) return problem(401, 'UNAUTHENTICATED', error.message);
  if (error instanceof ForbiddenError) return problem(403, 'FORBIDDEN', error.message);
  if (error instanceof NotFoundError) return problem(404, 'NOT_FOUND', error.message, error.field);
  if (error instanceof ConflictError) return problem(409, 'CONFLICT', error.message);
  if (error instanceof UnprocessableImageError) return problem(422, error.code, error.message);
  if (error instanceof QuotaError) return problem(429, 'QUOTA_EXCEEDED', error.message);
  if (error instanceof TransientError) {
    return problem(
      503,
      'TEMPORARILY_UNAVAILABLE',
      'A service does not answer now. Try again in a few seconds.',
    );
  }
  return problem(
    500,
    'INTERNAL_ERROR',
    `Something failed that should not. It was logged as request ${requestId}.`,
  );
}
