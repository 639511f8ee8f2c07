import { appendFileSync, renameSync, statSync } from 'node:fs';
import { TransientError, UnprocessableMessageError } from '../core/errors.ts';

/** The log file: one JSON object a line, for whoever looks for what happened. */
export interface Log {
  info(message: string, fields?: object): void;
  /** With the stack where the error is none of ours. */
  error(message: string, error: unknown, fields?: object): void;
}

/** At a start, a log that has grown so large makes way for a new one; the one before that is dropped. */
const ROTATE_BYTES = 20_000_000;

/** A log that appends to a file. What can't be written is lost: a full disk must not stop the work over its log. */
export function openLog(path: string, now: () => Date = () => new Date()): Log {
  const write = (level: string, message: string, fields: object) => {
    try {
      appendFileSync(path, `${JSON.stringify({ at: now().toISOString(), level, message, ...fields })}\n`);
    } catch {
      // Said above.
    }
  };
  makeWay(path);
  return {
    info: (message, fields = {}) => write('info', message, fields),
    error: (message, error, fields = {}) => write('error', message, { ...fields, error: describe(error) }),
  };
}

function makeWay(path: string): void {
  try {
    if (statSync(path).size > ROTATE_BYTES) renameSync(path, `${path}.1`);
  } catch {
    // There is none yet.
  }
}

function describe(error: unknown): object | string {
  if (!(error instanceof Error)) return String(error);
  const { name, message } = error;
  if (error instanceof TransientError) return { code: error.code, message, cause: causeOf(error) };
  if (error instanceof UnprocessableMessageError) return { name, message };
  return { name, message, stack: error.stack, cause: causeOf(error) };
}

function causeOf(error: Error): string | undefined {
  return error.cause instanceof Error ? `${error.cause.name}: ${error.cause.message}` : undefined;
}
