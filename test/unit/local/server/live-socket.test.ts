import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Principal } from '../../../../core/access.ts';
import { liveMessageWith } from '../../../support/live-message-factory.ts';
import { rawRequest, statusOf } from '../../../support/local/raw-request.ts';
import { type ServedFolder, serveFolder } from '../../../support/local/served-folder.ts';

const JO: Principal = { kind: 'user', id: 'jo', name: null };
const ANN: Principal = { kind: 'user', id: 'ann', name: null };
const ADMINISTRATOR: Principal = { kind: 'administrator', id: 'root', name: null };
const OWNER: Principal = { kind: 'laptop-owner', id: 'laptop', name: null };
let served: ServedFolder;
beforeEach(async () => {
  served = await serveFolder();
});
afterEach(async () => {
  vi.useRealTimers();
  await served.close();
});

async function ticketUrl(principal: Principal, all = false): Promise<URL> {
  const { ticket, url } = await served.folder.tickets.issue(principal, { all });
  const address = new URL(url);
  address.searchParams.set('ticket', ticket);
  return address;
}

/** An open socket, and what it has received. */
async function open(url: URL) {
  const socket = new WebSocket(url);
  const received: { type: string; fileName?: string }[] = [];
  socket.addEventListener('message', ({ data }) => received.push(JSON.parse(String(data))));
  const closed = new Promise<number>((resolve) =>
    socket.addEventListener('close', ({ code }) => resolve(code)),
  );
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve());
    socket.addEventListener('error', () => reject(new Error('the handshake was refused')));
  });
  return { socket, received, closed };
}

/** A handshake as it is written. */
function handshake({ pathname, search, port }: URL, headers: readonly string[] = []): string[] {
  return [
    `GET ${pathname}${search} HTTP/1.1`,
    ...(headers.some((header) => header.startsWith('Host:')) ? [] : [`Host: 127.0.0.1:${port}`]),
    ...headers,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  ];
}

describe('a ticket', () => {
  it('opens one socket', async () => {
    const url = await ticketUrl(JO);
    const { socket } = await open(url);
    expect(served.live.size).toBe(1);
    await expect(open(url)).rejects.toThrow('refused');
    socket.close();
    await vi.waitFor(() => expect(served.live.size).toBe(0));
  });

  it('ends after 30 s', async () => {
    const [early, late] = [await ticketUrl(JO), await ticketUrl(JO)];
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 29_000 });
    (await open(early)).socket.close();
    vi.setSystemTime(Date.now() + 1001);
    await expect(open(late)).rejects.toThrow('refused');
  });

  it('is needed, and may not be made up', async () => {
    const url = await ticketUrl(JO);
    for (const ticket of ['', 'x', 'A'.repeat(43)]) {
      const other = new URL(url);
      other.searchParams.set('ticket', ticket);
      expect(statusOf(await rawRequest(Number(url.port), handshake(other)))).toBe(401);
    }
    expect(served.live.size).toBe(0);
  });

  it('is not used up by a request that is no handshake', async () => {
    const url = await ticketUrl(JO);
    const response = await fetch(`http://${url.host}${url.pathname}${url.search}`);
    expect([response.status, response.headers.get('upgrade')]).toEqual([426, 'websocket']);
    (await open(url)).socket.close();
  });
});

describe('the handshake', () => {
  it.each([
    'Origin: https://evil.example',
    'Origin: null',
    'Origin: http://127.0.0.1:1',
    'Host: evil.example:80',
    'Sec-Fetch-Site: cross-site',
  ])('is refused with %s, and leaves the ticket', async (header) => {
    const url = await ticketUrl(JO);
    expect(statusOf(await rawRequest(Number(url.port), handshake(url, [header])))).toBe(403);
    (await open(url)).socket.close();
  });

  it('is accepted from our own page', async () => {
    const url = await ticketUrl(JO);
    const socket = connect(Number(url.port), '127.0.0.1');
    socket.write(`${handshake(url, [`Origin: http://${url.host}`]).join('\r\n')}\r\n\r\n`);
    const [answer] = (await new Promise((resolve) => socket.once('data', (data) => resolve([data])))) as [
      Buffer,
    ];
    expect(statusOf(String(answer))).toBe(101);
    socket.destroy();
  });
});

describe('a socket', () => {
  it('answers heartbeats, and says what it expects', async () => {
    const { socket, received } = await open(await ticketUrl(JO));
    for (const text of ['{"type":"ping"}', '{"type":"more"}', 'no JSON', 'null']) socket.send(text);
    await vi.waitFor(() => expect(received).toHaveLength(4));
    expect(received.map(({ type }) => type)).toEqual(['pong', 'error', 'error', 'error']);
    socket.close();
  });

  it('gets the messages of its own images alone', async () => {
    const sockets = {
      jo: await open(await ticketUrl(JO)),
      ann: await open(await ticketUrl(ANN)),
      administrator: await open(await ticketUrl(ADMINISTRATOR)),
      watchesAll: await open(await ticketUrl(ADMINISTRATOR, true)),
      laptop: await open(await ticketUrl(OWNER)),
    };
    const owners = ['jo', 'ann', 'root', null, ''];
    for (const owner of owners) {
      await served.live.publish(liveMessageWith({ owner, fileName: `of ${owner}` }));
    }
    const names = (who: keyof typeof sockets) => sockets[who].received.map(({ fileName }) => fileName);
    await vi.waitFor(() => expect(names('laptop')).toHaveLength(owners.length));
    expect(names('watchesAll')).toEqual(owners.map((owner) => `of ${owner}`));
    expect([names('jo'), names('ann'), names('administrator')]).toEqual([['of jo'], ['of ann'], ['of root']]);
    for (const { socket } of Object.values(sockets)) socket.close();
  });

  it('is cut off where it sends more than a heartbeat', async () => {
    const { socket, closed } = await open(await ticketUrl(JO));
    socket.send('x'.repeat(2000));
    expect(await closed).toBe(1009);
    await vi.waitFor(() => expect(served.live.size).toBe(0));
  });

  it('is cut off where it does not read, and holds up nobody', async () => {
    const url = await ticketUrl(JO);
    const slow: Socket = connect(Number(url.port), '127.0.0.1');
    slow.write(`${handshake(url).join('\r\n')}\r\n\r\n`);
    await vi.waitFor(() => expect(served.live.size).toBe(1));
    slow.pause();
    const { received, socket } = await open(await ticketUrl(JO));
    const message = liveMessageWith({ fileName: 'x'.repeat(200) });
    let sent = 0;
    const before = process.memoryUsage().arrayBuffers;
    while (served.live.size === 2 && sent < 100_000) {
      for (let n = 0; n < 100; n++) await served.live.publish({ ...message, revision: ++sent });
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(served.live.size).toBe(1);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(30_000_000);
    await vi.waitFor(() => expect(received).toHaveLength(sent), 10_000);
    socket.close();
    slow.destroy();
  });

  it('is told when the server stops', async () => {
    const { closed } = await open(await ticketUrl(JO));
    await served.server.close();
    expect(await closed).toBe(1001);
  });

  it('does not hold up the stop where it never answers', async () => {
    const url = await ticketUrl(JO);
    const silent = connect(Number(url.port), '127.0.0.1');
    silent.on('error', () => {});
    silent.write(`${handshake(url).join('\r\n')}\r\n\r\n`);
    await vi.waitFor(() => expect(served.live.size).toBe(1));
    silent.pause();
    const startedMs = performance.now();
    await served.server.close();
    expect(performance.now() - startedMs).toBeLessThan(4000);
    silent.destroy();
  });
});
