import { HttpProblemError, problem } from '../../core/http/problem.ts';
import type { ServerAddress } from '../adapters/server-address.ts';

/** What a request says of where it comes from. */
export interface Provenance {
  host: string | undefined;
  origin: string | undefined;
  /** `Sec-Fetch-Site` and `Sec-Fetch-Mode`, which browsers add and pages can't change. */
  site: string | undefined;
  mode: string | undefined;
  /** The target of the request: absolute where the client takes us for a proxy. */
  url: string;
}

/** Where the server is, and under which origin users reach it. */
type Address = Pick<ServerAddress, 'port' | 'origin'>;

const LOOPBACK_NAMES = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * Refuses what a page of another site may have sent: nothing but this guards a server that needs no login.
 *
 * A name of an attacker's may resolve to this machine (DNS rebinding), so `Host` must be a name of this machine itself.
 * A browser names the page that sends a request as its `Origin`, which must be our own. A program sends none.
 *
 * @throws HttpProblemError 403 `FOREIGN_HOST` or `FOREIGN_ORIGIN`
 */
export function guard(
  { host = '', origin, site, mode, url }: Provenance,
  { port, origin: own }: Address,
): void {
  const { host: ownHost } = new URL(own);
  const loopback = LOOPBACK_NAMES.flatMap((name) => [`${name}:${port}`, ...(port === 80 ? [name] : [])]);
  const hosts = [...new Set([ownHost, ...loopback])];
  const target = /^https?:\/\/([^/?#]*)/i.exec(url)?.[1] ?? host;
  for (const name of [host, target]) {
    if (hosts.includes(name.toLowerCase())) continue;
    const detail = `Expected ${hosts[0]} as the host, received ${JSON.stringify(name)}. Use the address that Darkroom printed, or start it with --origin.`;
    throw new HttpProblemError(problem(403, 'FOREIGN_HOST', detail));
  }
  const expected = host.toLowerCase() === ownHost ? own : `http://${host.toLowerCase()}`;
  const isForeign = origin !== undefined && origin.toLowerCase() !== expected;
  // A link on another page may be followed. What follows it can't be read by that page.
  const isFetchedElsewhere = (site === 'cross-site' || site === 'same-site') && mode !== 'navigate';
  if (isForeign || isFetchedElsewhere) {
    const from = origin === undefined ? 'a page of another site' : JSON.stringify(origin);
    const detail = `Expected a program or a page of ${expected}, received a request of ${from}.`;
    throw new HttpProblemError(problem(403, 'FOREIGN_ORIGIN', detail));
  }
}

/** Sent with every answer that has no other value for them. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};
