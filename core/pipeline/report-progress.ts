import type { Progress } from '../ports.ts';
import { type LiveMessage, liveMessage } from './messages/live.ts';
import type { ImageRecord } from './record.ts';

/** A worker waits no longer for a live message. */
const MAX_WAIT_MS = 200;

/**
 * Sends the live message of a record. Nothing that goes wrong reaches the caller, and the promise takes at most 200 ms:
 * no image may fail or wait because of its watchers.
 */
export async function reportProgress(
  progress: Progress | undefined,
  type: LiveMessage['type'],
  record: ImageRecord,
): Promise<void> {
  if (progress === undefined) return;
  const { promise: waitEnded, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, MAX_WAIT_MS);
  try {
    await Promise.race([progress.publish(liveMessage(type, record)), waitEnded]);
  } catch {
    // See the contract of this function.
  } finally {
    clearTimeout(timer);
  }
}
