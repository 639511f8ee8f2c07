import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { LAPTOP_OWNER, type Principal } from '../../core/access.ts';
import { tokenAuthenticator } from '../../core/http/authenticate.ts';
import type { ApiDependencies, LoginSettings } from '../../core/http/dependencies.ts';
import type { Pixels, Progress } from '../../core/ports.ts';
import type { DataFolder } from '../data-folder.ts';
import type { Log } from '../log.ts';

/** The OpenID provider whose tokens the server requires. */
export interface LaptopLogin {
  issuer: string;
  audience: string;
  clientId?: string | undefined;
  scopes: string[];
}

/** Without a login, whoever uses this machine is its owner. */
const OWNER: Principal = { kind: 'laptop-owner', id: LAPTOP_OWNER, name: null };

const { resolve } = createRequire(import.meta.url);

/** What the HTTP API has on a laptop. */
export function apiDependencies(
  { ports, forms, tickets, trends, exports }: DataFolder,
  { live, login, pixels }: { live: Progress; login?: LaptopLogin | undefined; pixels: Pixels },
  log: Log,
): ApiDependencies {
  return {
    ports: {
      ...ports,
      uploads: forms,
      tickets,
      progress: live,
      trends,
      exports,
      pixels,
      audit: ({ principal, ...line }) => {
        log.info('audit', { ...line, by: principal.id, kind: principal.kind });
      },
    },
    authenticate: login === undefined ? async () => OWNER : tokenAuthenticator(login),
    onError: (error, requestId) => log.error('a request failed', error, { requestId }),
    readDocsAsset: async (name) => new Uint8Array(await readFile(resolve(`swagger-ui-dist/${name}`))),
    login: loginOf(login),
  };
}

/** A page can log in only where it knows its client id. */
export function loginOf(login: LaptopLogin | undefined): LoginSettings | null {
  if (login?.clientId === undefined) return null;
  return { issuer: login.issuer, clientId: login.clientId, scopes: login.scopes };
}
