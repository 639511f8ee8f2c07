import * as z from 'zod';
import type { ErrorGroup } from './report.ts';

/** A line of a function's log. */
export interface LogLine {
  where: string;
  atMs: number;
  text: string;
}

/** The fields of our logger that matter; the others differ from message to message. */
const loggedError = z.object({
  level: z.enum(['ERROR', 'CRITICAL']),
  message: z.string(),
  imageId: z.string().optional(),
  error: z.object({ message: z.string() }).optional(),
});

/** What Lambda itself logs when it ends a function. */
const ENDED_BY_LAMBDA = /Task timed out after [\d.]+ seconds|Runtime exited[^\n]*/;

/** What Lambda's Node logs for an uncaught error, for example while the code is loaded. */
const UNCAUGHT = /\tERROR\t[^\t]*\t(\{.*\})/s;
const uncaughtError = z.object({ errorMessage: z.string() });

/** The errors among the lines, grouped by worker and message, the latest first. */
export function groupErrors(lines: readonly LogLine[]): ErrorGroup[] {
  const groups = new Map<string, ErrorGroup>();
  for (const { where, atMs, text } of lines.toSorted((a, b) => a.atMs - b.atMs)) {
    const error = errorIn(text);
    if (!error) continue;
    const group = JSON.stringify([where, error.message]);
    const before = groups.get(group);
    groups.set(group, {
      where,
      message: error.message,
      count: (before?.count ?? 0) + 1,
      lastAt: new Date(atMs).toISOString(),
      imageId: error.imageId ?? before?.imageId ?? null,
    });
  }
  return [...groups.values()].sort((a, b) => (a.lastAt < b.lastAt ? 1 : -1));
}

function errorIn(text: string): { message: string; imageId?: string | undefined } | undefined {
  const logged = loggedError.safeParse(jsonIn(text)).data;
  if (logged) return { message: logged.error?.message ?? logged.message, imageId: logged.imageId };
  const uncaught = uncaughtError.safeParse(jsonIn(UNCAUGHT.exec(text)?.[1] ?? '')).data;
  const message = uncaught?.errorMessage ?? ENDED_BY_LAMBDA.exec(text)?.[0];
  return message === undefined ? undefined : { message };
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
