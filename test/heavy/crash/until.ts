import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_MS = 10;
const STUCK_AFTER_MS = 240_000;

/**
 * Waits until something holds.
 *
 * @throws Error that names it, where it never does
 */
export async function until(
  what: string,
  holds: () => boolean,
  stuckAfterMs = STUCK_AFTER_MS,
): Promise<void> {
  const endsAt = Date.now() + stuckAfterMs;
  while (!holds()) {
    if (Date.now() > endsAt) throw new Error(`expected within ${stuckAfterMs / 1000} s: ${what}`);
    await sleep(LOOK_MS);
  }
}
