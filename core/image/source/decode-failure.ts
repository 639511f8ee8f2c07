import type { PermanentError } from '../../errors.ts';
import type { Deadline } from '../deadline.ts';
import { corruptImage, hasOnlyWarnings, isOutOfMemory } from './corrupt-image.ts';

/**
 * Whose fault it is that libvips could not decode: it has one kind of error, so only its text shows which.
 *
 * @returns the error to throw where it is the clock's or the picture's fault
 * @throws what was thrown where it is ours
 */
export function decodeFailure(error: unknown, { deadline }: { deadline: Deadline }): PermanentError {
  if (!(error instanceof Error) || isOutOfMemory(error)) throw error;
  if (error.message.startsWith('timeout')) return deadline.passed(error);
  return corruptImage(`its pixels cannot be decoded (${reasonOf(error)})`, error);
}

/** What a library warned of, as a message. */
export function warningOf(failure: PermanentError): string {
  const warning = failure.cause instanceof Error ? reasonOf(failure.cause) : failure.message;
  return `The decoder warned: ${warning}.`;
}

/** The first line that says what was wrong. */
function reasonOf(error: Error): string {
  const [first = '', second] = error.message.split('\n');
  return hasOnlyWarnings(error) && second !== undefined ? second : first;
}
