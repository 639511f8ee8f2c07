import { setTimeout as sleep } from 'node:timers/promises';
import type { DarkroomProcess } from './darkroom-process.ts';
import { countMessages, eventsOf, type Folders } from './folder-state.ts';

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

/** Waits until that number of images has ended and no message is left. */
export function untilAllEnded(
  darkroom: DarkroomProcess,
  folders: Folders,
  images: number,
  stuckAfterMs = STUCK_AFTER_MS,
): Promise<void> {
  const holds = () => {
    darkroom.expectAlive();
    return eventsOf(folders).length >= images && countMessages(folders) === 0;
  };
  return until('every image has ended and no message is left', holds, stuckAfterMs);
}
