import { randomBytes } from 'node:crypto';
import type { Principal } from '../../core/access.ts';
import type { Clock, LiveTickets } from '../../core/ports.ts';
import type { ServerAddress } from '../adapters/server-address.ts';

/** The path of the WebSocket endpoint. */
export const LIVE_PATH = '/api/v1/live';

const TICKET_MS = 30_000;
const TICKET_BYTES = 32;

/** Whose images a socket watches: those of one owner, or those of everybody. */
export interface Watch {
  owner: string;
  all: boolean;
}

/** Tickets in memory: a restart ends every connection, and each client then asks for a new ticket. */
export class LocalLiveTickets implements LiveTickets {
  readonly #address: ServerAddress;
  readonly #clock: Clock;
  /** The oldest first. */
  readonly #issued = new Map<string, { watch: Watch; expiresAtMs: number }>();

  constructor(address: ServerAddress, clock: Clock) {
    this.#address = address;
    this.#clock = clock;
  }

  /** The laptop's owner watches all images: those of the inbox have no owner. */
  async issue({ id, kind }: Principal, { all }: { all: boolean }) {
    this.#forgetExpired();
    const ticket = randomBytes(TICKET_BYTES).toString('base64url');
    const expiresAtMs = this.#clock.now().getTime() + TICKET_MS;
    this.#issued.set(ticket, { watch: { owner: id, all: all || kind === 'laptop-owner' }, expiresAtMs });
    const url = `${this.#address.origin.replace(/^http/, 'ws')}${LIVE_PATH}`;
    return { ticket, url, expiresAt: new Date(expiresAtMs).toISOString() };
  }

  /** What the ticket admits to, once; undefined where it is unknown, used or expired. */
  redeem(ticket: string): Watch | undefined {
    const issued = this.#issued.get(ticket);
    this.#issued.delete(ticket);
    return issued && issued.expiresAtMs > this.#clock.now().getTime() ? issued.watch : undefined;
  }

  #forgetExpired(): void {
    const nowMs = this.#clock.now().getTime();
    for (const [ticket, { expiresAtMs }] of this.#issued) {
      if (expiresAtMs > nowMs) return;
      this.#issued.delete(ticket);
    }
  }
}
