import type { DataFolder } from '../data-folder.ts';
import type { Log } from '../log.ts';
import { LocalServer } from './local-server.ts';
import { pages } from './pages.ts';

export interface ServeOptions {
  /** 0 takes any free port. */
  port: number;
  /** Absolute. */
  contactSheet: string;
}

/** The local server over an open data folder. It does not listen yet. */
export function makeServer(folder: DataFolder, { port, contactSheet }: ServeOptions, log: Log): LocalServer {
  const { ports, address, links, store, inbox } = folder;
  return new LocalServer({
    port,
    address,
    objects: { links, store, clock: ports.clock, sourceBuckets: [inbox.bucket] },
    app: pages({ ports, contactSheet }),
    onError: (error, requestId) => log.error('a request failed', error, { requestId }),
  });
}
