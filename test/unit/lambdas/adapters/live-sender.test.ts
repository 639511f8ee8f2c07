import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TransientError } from '../../../../core/errors.ts';
import { connectionsClient } from '../../../../lambdas/adapters/clients.ts';
import { sendToSockets } from '../../../../lambdas/adapters/live-sender.ts';
import type { Socket } from '../../../../lambdas/adapters/live-table.ts';
import { stubAwsEnvironment } from '../../../support/emulators/aws-environment.ts';
import { type ConnectionsServer, startConnections } from '../../../support/emulators/connections-server.ts';
import { liveMessageWith } from '../../../support/live-message-factory.ts';

let server: ConnectionsServer;

beforeEach(async () => {
  stubAwsEnvironment({});
  server = await startConnections();
});
afterEach(() => server.close());

/** A table with these sockets for every owner, and the ids that were removed. */
function tableOf(sockets: Socket[]) {
  const removed: string[] = [];
  const asked: (string | null)[] = [];
  return {
    removed,
    asked,
    async *socketsFor(owner: string | null) {
      asked.push(owner);
      yield* sockets;
    },
    async removeSocket(connectionId: string) {
      removed.push(connectionId);
    },
  };
}

function old(connectionId: string): Socket {
  return { connectionId, connectedAtMs: Date.now() - 60_000 };
}

function send(table: ReturnType<typeof tableOf>) {
  return sendToSockets(connectionsClient(`${server.url}/live`), table, liveMessageWith());
}

describe('sending to sockets', () => {
  it('sends the message as JSON to those of the owner', async () => {
    server.open = new Set(['a=', 'b=']);
    const table = tableOf([old('a='), old('b=')]);
    expect(await send(table)).toMatchObject({ sent: 2, gone: 0, failed: 0 });
    expect(table.asked).toEqual(['jo']);
    expect(server.sent.map(({ connectionId }) => connectionId).sort()).toEqual(['a=', 'b=']);
    for (const { data } of server.sent) expect(JSON.parse(data)).toEqual(liveMessageWith());
  });

  it('removes those that are gone, unless they may still be opening', async () => {
    server.open = new Set(['a']);
    const table = tableOf([old('a'), old('b'), { connectionId: 'c', connectedAtMs: Date.now() - 1_000 }]);
    expect(await send(table)).toMatchObject({ sent: 1, gone: 2, failed: 0 });
    expect(table.removed).toEqual(['b']);
  });

  it('reports a failure at one socket, and sends to all others', async () => {
    server.open = new Set(['a', 'b', 'c']);
    server.failing = new Set(['b']);
    const table = tableOf(['a', 'b', 'c'].map(old));
    const { error, ...counts } = await send(table);
    expect(counts).toEqual({ sent: 2, gone: 0, failed: 1 });
    expect(error).toBeInstanceOf(TransientError);
    expect(table.removed).toEqual([]);
  });

  it('sends to many sockets, at most 50 at a time', async () => {
    const ids = Array.from({ length: 1_000 }, (_, index) => `s${index}`);
    server.open = new Set(ids);
    server.delayMs = 50;
    expect(await send(tableOf(ids.map(old)))).toMatchObject({ sent: 1_000, failed: 0 });
    expect(new Set(server.sent.map(({ connectionId }) => connectionId)).size).toBe(1_000);
    expect(server.mostAtOnce).toBeLessThanOrEqual(50);
    expect(server.mostAtOnce).toBeGreaterThan(5);
  });

  it('fails where the sockets cannot be read', async () => {
    const table = tableOf([]);
    const broken = {
      ...table,
      // biome-ignore lint/correctness/useYield: it fails before the first.
      async *socketsFor() {
        throw new TransientError('Throttled', 'not now');
      },
    };
    await expect(send(broken)).rejects.toThrow(TransientError);
  });
});
