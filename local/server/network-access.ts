import { isIP } from 'node:net';
import { InvalidInputError } from '../../core/errors.ts';
import { LOOPBACK } from '../adapters/server-address.ts';

/** Who can reach the local server. */
export interface NetworkAccess {
  /** The IP address that it listens on. */
  listen: string;
  /** Under which others reach it, such as `http://studio:4400`; undefined on loopback. */
  origin: string | undefined;
  /** That they must know; undefined on loopback, and where each user logs in. */
  password: string | undefined;
}

/** Nobody but this machine. */
export const LOOPBACK_ONLY: NetworkAccess = { listen: LOOPBACK, origin: undefined, password: undefined };

/** Guessing one of so many characters takes longer than anybody waits. */
const MIN_PASSWORD = 12;

interface Wanted {
  listen: string | undefined;
  origin: string | undefined;
  password: string | undefined;
  /** Whether each user logs in with a token. */
  hasLogin: boolean;
}

/**
 * Checks what the user wants: beyond loopback, the server needs a password or a login, and an origin for its links.
 *
 * @throws InvalidInputError saying what is missing and how to give it
 */
export function networkAccess({ listen = LOOPBACK, origin, password, hasLogin }: Wanted): NetworkAccess {
  if (isIP(listen) === 0) {
    throw new InvalidInputError(
      `--listen: expected an IP address such as 0.0.0.0, received ${JSON.stringify(listen)}`,
    );
  }
  if (origin !== undefined && !isOrigin(origin)) {
    throw new InvalidInputError(
      `--origin: expected an address without a path, such as http://studio:4400, received ${JSON.stringify(origin)}`,
    );
  }
  const needed = password || undefined;
  if (isLoopback(listen)) return { listen, origin, password: needed };
  if (needed === undefined && !hasLogin) {
    throw new InvalidInputError(
      `Everybody on the network can reach ${listen}, so Darkroom needs a password. Set DARKROOM_PASSWORD, or auth in the config file.`,
    );
  }
  if (needed !== undefined && hasLogin) {
    throw new InvalidInputError(
      'Expected DARKROOM_PASSWORD or auth, received both. With auth, each user logs in.',
    );
  }
  if (needed !== undefined && needed.length < MIN_PASSWORD) {
    throw new InvalidInputError(
      `DARKROOM_PASSWORD: expected at least ${MIN_PASSWORD} characters, received ${needed.length}`,
    );
  }
  if (origin === undefined) {
    throw new InvalidInputError(
      `--listen ${listen}: expected --origin as well, the address that others open, such as http://studio:4400`,
    );
  }
  return { listen, origin, password: needed };
}

function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1';
}

function isOrigin(text: string): boolean {
  return /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text;
}
