import type { Backoff } from '../waiting.ts';
import type { Heartbeat } from './live-socket.ts';

export interface LiveTiming extends Heartbeat {
  backoff: Backoff;
  /** For the ticket and the handshake together. */
  openWithinMs: number;
  /** API Gateway ends every connection after 2 hours. */
  renewAfterMs: number;
  /** Connections that ended sooner count as failures, so that the back-off grows. */
  stableAfterMs: number;
}

export const TIMING: LiveTiming = {
  pingEveryMs: 5 * 60_000,
  pongWithinMs: 10_000,
  backoff: { baseMs: 500, capMs: 30_000 },
  openWithinMs: 15_000,
  renewAfterMs: 110 * 60_000,
  stableAfterMs: 10_000,
};

/** The part of the time before a renewal that is left to chance, so that clients do not renew all at once. */
export const RENEWAL_SPREAD = 0.1;
