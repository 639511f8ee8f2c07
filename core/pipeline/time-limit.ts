import { PermanentError } from '../errors.ts';

/** The work looks at its time between its steps, and libvips in whole seconds: so much later somebody ends it. */
const GRACE_MS = 1000;

/**
 * The result of the work on one image, or the end of its time, whichever comes first. Native code that can't be
 * interrupted, such as an encoder, goes on by itself; nobody waits for it.
 *
 * @throws PermanentError `PROCESSING_LIMIT` when the time is over
 */
export async function withinTime<T>(timeoutMs: number, work: Promise<T>): Promise<T> {
  const over = Promise.withResolvers<never>();
  const timer = setTimeout(() => over.reject(timeIsOver(timeoutMs)), timeoutMs + GRACE_MS);
  try {
    return await Promise.race([work, over.promise]);
  } finally {
    clearTimeout(timer);
  }
}

function timeIsOver(timeoutMs: number): PermanentError {
  return new PermanentError(
    'PROCESSING_LIMIT',
    `Expected the work on the image to take at most ${timeoutMs / 1000} s, and it still was not done. ` +
      'Upload a smaller image, or raise the time limit.',
  );
}
