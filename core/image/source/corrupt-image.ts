import { PermanentError } from '../../errors.ts';
import type { Deadline } from '../deadline.ts';

/** What libvips, glib and libuv say when memory has run out: that is our fault, not the picture's. */
const OUT_OF_MEMORY = /out of memory|(unable|failed) to allocate|cannot allocate|insufficient memory/i;

/** libtiff says the same of a tag that states too many values, or of a directory of none. */
const LIBTIFF = 'tiff2vips:';
/** And libnsgif, in the next line, of a frame that no picture can hold. */
const FRAME_TOO_LARGE = 'gifload: bad image dimensions';

/** Begins like an image and can't be decoded. */
export function corruptImage(detail: string, cause?: unknown): PermanentError {
  return new PermanentError(
    'CORRUPT_IMAGE',
    `Expected a whole image, and ${detail}. The file is damaged or was cut off: upload it again, or export it anew.`,
    { cause },
  );
}

/** Whether sharp has nothing but warnings, which follow line by line. When memory runs out, libvips has an error. */
function hasOnlyWarnings(error: Error): boolean {
  return error.message.startsWith('Warning treated as error');
}

/** Whether an error of libvips says that memory ran out. */
export function isOutOfMemory(error: unknown): boolean {
  if (!(error instanceof Error) || error.message.startsWith(FRAME_TOO_LARGE)) return false;
  if (hasOnlyWarnings(error)) return false;
  const lines = error.message.split('\n');
  return lines.some((line) => OUT_OF_MEMORY.test(line) && !line.startsWith(LIBTIFF));
}

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
