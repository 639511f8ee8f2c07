import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Loopback, listen } from './loopback.ts';

export interface ConnectionsServer extends Loopback {
  /** Connections that are open; every other one is gone. */
  open: Set<string>;
  /** Connections to which sending fails for now. */
  failing: Set<string>;
  /** What was sent, in order. */
  sent: { connectionId: string; data: string }[];
  /** The most requests that were under way at one time. */
  mostAtOnce: number;
  /** How long each answer takes, in ms. */
  delayMs: number;
}

/** The management API of a WebSocket API (`POST /@connections/{id}`), as API Gateway answers it. */
export async function startConnections(): Promise<ConnectionsServer> {
  let underWay = 0;
  const http = createServer(async (request, response) => {
    underWay += 1;
    server.mostAtOnce = Math.max(server.mostAtOnce, underWay);
    const connectionId = decodeURIComponent(/\/@connections\/([^/]+)$/.exec(request.url ?? '')?.[1] ?? '');
    const data = (await buffer(request)).toString();
    await sleep(server.delayMs);
    underWay -= 1;
    const refuse = (status: number, name: string) =>
      response.writeHead(status, { 'x-amzn-errortype': name }).end('{}');
    if (server.failing.has(connectionId)) refuse(500, 'InternalServerErrorException');
    else if (!server.open.has(connectionId)) refuse(410, 'GoneException');
    else {
      server.sent.push({ connectionId, data });
      response.writeHead(200).end();
    }
  });
  const server: ConnectionsServer = {
    ...(await listen(http)),
    open: new Set(),
    failing: new Set(),
    sent: [],
    mostAtOnce: 0,
    delayMs: 0,
  };
  return server;
}
