import { appendFileSync, renameSync, statSync } from 'node:fs';
import { TransientError, UnprocessableMessageError } from '../core/errors.ts';

/** The log file: one JSON object per line. */
export interface Log {
  info(message: string, fields?: object): void;
  /** Logs the stack too, unless the error is one that we expect. */
  error(message: string, error: unknown, fields?: object): void;
}

/** A log larger than this is renamed at the next start; the one renamed before is deleted. */
const ROTATE_BYTES = 20_000_000;

/** A log that appends to a file. A line that can't be written is lost: a full disk must not stop the work. */
export function openLog(path: string, now: () => Date = () => new Date()): Log {
  const write = (level: string, message: string, fields: object) => {
    try {
      appendFileSync(path, `${JSON.stringify({ at: now().toISOString(), level, message, ...fields })}\n`);
    } catch {
      // See the comment of this function.
    }
  };
  rotate(path);
  return {
    info: (message, fields = {}) => write('info', message, fields),
    error: (message, error, fields = {}) => write('error', message, { ...fields, error: describe(error) }),
  };
}

function rotate(path: string): void {
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
