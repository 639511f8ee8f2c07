import * as z from 'zod';
import { InvalidInputError } from './errors.ts';

type Issue = z.core.$ZodIssue;

/** The issues of a value, one clause each: `output.quality: expected at most 100, received 101`. */
export function describeIssues(error: z.ZodError): string {
  return error.issues.flatMap((issue) => explain(issue, [])).join('; ');
}

/** An issue in one clause. For a union, the issues of the alternative that is closest to the value. */
function explain(issue: Issue, parents: PropertyKey[]): string[] {
  const path = [...parents, ...issue.path];
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const closest = issue.errors.reduce((best, other) =>
      mismatchScore(other) < mismatchScore(best) ? other : best,
    );
    return closest.flatMap((inner) => explain(inner, path));
  }
  if (issue.code === 'invalid_key') return issue.issues.flatMap((inner) => explain(inner, path));
  const where = path.map(String).join('.');
  const isNamed = issue.input === undefined || issue.message.includes('received');
  const received = isNamed ? '' : `, received ${show(issue.input)}`;
  return [`${where === '' ? '' : `${where}: `}${issue.message}${received}`];
}

/** Unknown and missing fields suggest that another alternative was meant. */
function mismatchScore(issues: readonly Issue[]): number {
  return issues.reduce(
    (sum, issue) =>
      sum + (issue.code === 'unrecognized_keys' ? issue.keys.length : issue.path.length === 0 ? 1 : 0.5),
    0,
  );
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

/** An option of zod that keeps the received values in the issues, so that messages can name them. */
export const REPORT_INPUT = { reportInput: true } satisfies z.core.ParseContext;

/** An object that may have these fields and no others; the error for another one names them. */
export function fieldsOnly<T extends z.core.$ZodLooseShape>(shape: T) {
  return z.strictObject(shape, {
    error: ({ code, keys }) => {
      if (code !== 'unrecognized_keys') return undefined;
      return `expected only the fields ${Object.keys(shape).join(', ')}, received ${(keys as string[]).join(', ')}`;
    },
  });
}

/** One field of an input is wrong. */
export class InvalidFieldError extends InvalidInputError {
  readonly field: string;

  constructor(field: string, message: string) {
    super(`${field}: ${message}`);
    this.field = field;
  }
}
