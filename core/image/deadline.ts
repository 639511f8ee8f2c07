import { PermanentError } from '../errors.ts';

/** The time that is left for the work on one image. */
export interface Deadline {
  /** Whole seconds left, for sharp's own timeout; at least 1. */
  secondsLeft(): number;
  /** Whether more than half of the time is over. */
  halfOver(): boolean;
  /** @throws PermanentError `PROCESSING_LIMIT` when the time is over */
  check(): void;
  /** The error to throw when the time is over. */
  passed(cause?: unknown): PermanentError;
}

/** Longest timeout that sharp takes, in seconds. */
const MAX_SECONDS = 3600;

/** The work checks its deadline between steps, and libvips in whole seconds; after this time it is abandoned. */
const GRACE_MS = 1000;

export function startDeadline(timeoutMs: number): Deadline {
  const endsAt = performance.now() + timeoutMs;
  const passed = (cause?: unknown) => tookTooLong(timeoutMs, cause);
  return {
    secondsLeft: () => Math.min(MAX_SECONDS, Math.max(1, Math.ceil((endsAt - performance.now()) / 1000))),
    halfOver: () => performance.now() > endsAt - timeoutMs / 2,
    check: () => {
      if (performance.now() > endsAt) throw passed();
    },
    passed,
  };
}

/**
 * The result of the work, or an error shortly after its time is over. Native code that can't be interrupted, such as
 * an encoder, then runs on, and its result is dropped.
 *
 * @throws PermanentError `PROCESSING_LIMIT` when the time is over
 */
export async function withinTime<T>(timeoutMs: number, work: Promise<T>): Promise<T> {
  const over = Promise.withResolvers<never>();
  const timer = setTimeout(() => over.reject(tookTooLong(timeoutMs)), timeoutMs + GRACE_MS);
  try {
    return await Promise.race([work, over.promise]);
  } finally {
    clearTimeout(timer);
  }
}

function tookTooLong(timeoutMs: number, cause?: unknown): PermanentError {
  return new PermanentError(
    'PROCESSING_LIMIT',
    `Expected the work on the image to take at most ${timeoutMs / 1000} s, and it took longer. ` +
      'Upload a smaller image, or raise the time limit.',
    { cause },
  );
}
