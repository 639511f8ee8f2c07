import type { DarkroomConfig } from '../config/config.ts';

/**
 * How long a run may be silent before the sweeper looks at it: by then its message has had all its tries, each for a
 * visibility timeout, and one more.
 */
export function stuckAfter(config: DarkroomConfig): { STUCK_AFTER_MS: string } {
  return { STUCK_AFTER_MS: String(config.visibilityTimeoutS * (config.maxReceives + 1) * 1000) };
}
