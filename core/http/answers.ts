import type { ZodType } from 'zod';
import { PROBLEM_TYPE, problemSchema } from './problem.ts';

/** What the errors of the API mean; a route lists those that it can answer with. */
const ERRORS = {
  400: 'The input is wrong: `field` names it, `detail` says what was expected',
  401: 'The token is missing, expired or not for this API',
  403: 'The principal may read this, and not do it',
  404: 'There is no such thing, or it belongs to somebody else',
  409: 'The state of the image does not allow this now',
  413: 'The body is larger than 1 MB, or a picture to classify is too large',
  415: 'The body is not `application/json`',
  422: 'The recipe cannot be applied to this image, the result is too large to be sent, or a picture to classify is none',
  429: 'A quota is used up; `Retry-After` says when it is not',
  500: 'Something failed that should not, and was logged',
  503: 'A service does not answer now; try again',
} as const;
type ErrorStatus = keyof typeof ERRORS;

/** Every route may answer so, once somebody has to be logged in. */
const ALWAYS = [401, 500, 503] as const;
/** Every route that takes a body may answer so. */
export const WITH_BODY = [400, 413, 415] as const;

interface ProblemAnswer {
  description: string;
  content: { [PROBLEM_TYPE]: { schema: typeof problemSchema } };
}

function problemAnswers<S extends ErrorStatus>(statuses: readonly S[]): Record<S, ProblemAnswer> {
  const answers = statuses.map((status) => {
    return [status, { description: ERRORS[status], content: { [PROBLEM_TYPE]: { schema: problemSchema } } }];
  });
  return Object.fromEntries(answers);
}

/** The errors of a route for the description of the API, those that every route has included. */
export function errors<S extends ErrorStatus>(
  ...statuses: readonly S[]
): Record<S | (typeof ALWAYS)[number], ProblemAnswer> {
  return problemAnswers([...ALWAYS, ...statuses]);
}

/** A JSON answer of that shape. */
export function json<T extends ZodType>(schema: T, description: string) {
  return { description, content: { 'application/json': { schema } } };
}

/** A JSON body, without which the request is refused. */
export function jsonBody<T extends ZodType>(schema: T) {
  return { required: true, content: { 'application/json': { schema } } } as const;
}

/** GET answers carry an ETag; to the same one, the answer is this. */
export const NOT_MODIFIED = { 304: { description: 'Nothing has changed since the ETag in `If-None-Match`' } };
