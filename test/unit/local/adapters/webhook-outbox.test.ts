import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../../../local/adapters/database.ts';
import { WebhookOutbox } from '../../../../local/adapters/webhook-outbox.ts';
import { ManualClock } from '../../../support/memory/manual-clock.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

interface Call {
  method: string | undefined;
  path: string | undefined;
  headers: IncomingHttpHeaders;
  body: string;
}

const BODY = '{"key":"Ärger & Söhne/a+b.jpg"}';

describe('WebhookOutbox', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let database: Database;
  let clock: ManualClock;
  let server: Server;
  let url: string;
  let calls: Call[];
  let answer: (response: ServerResponse) => void;

  beforeEach(async () => {
    folder = temporaryFolder();
    database = openDatabase(folder.path);
    clock = new ManualClock(new Date('2026-02-03T04:05:06.000Z'));
    calls = [];
    answer = (response) => response.end('thanks');
    server = createServer(async (request, response) => {
      const chunks = await request.toArray();
      const { method, url: path, headers } = request;
      calls.push({ method, path, headers, body: Buffer.concat(chunks).toString() });
      answer(response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?a=b`;
  });
  afterEach(async () => {
    database.close();
    folder[Symbol.dispose]();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  function outbox(options: { urls?: string[]; timeoutMs?: number; maxTries?: number } = {}): WebhookOutbox {
    return new WebhookOutbox(database, clock, { urls: [url], timeoutMs: 5000, maxTries: 3, ...options });
  }

  function deliver(from: WebhookOutbox) {
    return from.deliverDue(new AbortController().signal);
  }

  it('posts the event, once, with its id', async () => {
    const webhooks = outbox();
    webhooks.enqueue('event-1', BODY);
    webhooks.enqueue('event-1', BODY);
    expect(await deliver(webhooks)).toEqual({ delivered: 1, postponed: 0, gaveUp: [] });
    expect(await deliver(webhooks)).toEqual({ delivered: 0, postponed: 0, gaveUp: [] });
    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatchObject({ method: 'POST', path: '/hook?a=b', body: BODY });
    expect(calls[0]?.headers).toMatchObject({
      'content-type': 'application/json',
      'x-darkroom-event-id': 'event-1',
    });
  });

  it('posts to every endpoint, and one that fails does not delay the others', async () => {
    const webhooks = outbox({ urls: ['http://127.0.0.1:1/refused', url] });
    webhooks.enqueue('event-1', BODY);
    expect(await deliver(webhooks)).toEqual({ delivered: 1, postponed: 1, gaveUp: [] });
    expect(calls).toHaveLength(1);
  });

  it('tries again after longer and longer pauses, until the event is accepted', async () => {
    const webhooks = outbox();
    webhooks.enqueue('event-1', BODY);
    answer = (response) => response.writeHead(503).end();
    expect(await deliver(webhooks)).toMatchObject({ postponed: 1 });
    clock.advance(999);
    expect(await deliver(webhooks)).toMatchObject({ postponed: 0 });
    clock.advance(1);
    expect(await deliver(webhooks)).toMatchObject({ postponed: 1 });
    clock.advance(3999);
    expect(await deliver(webhooks)).toMatchObject({ postponed: 0 });
    clock.advance(1);
    answer = (response) => response.writeHead(204).end();
    expect(await deliver(webhooks)).toMatchObject({ delivered: 1 });
    expect(calls).toHaveLength(3);
  });

  it('gives up after the last try, and says why', async () => {
    const webhooks = outbox({ maxTries: 2 });
    webhooks.enqueue('event-1', BODY);
    answer = (response) => response.writeHead(500).end();
    await deliver(webhooks);
    clock.advance(3_600_000);
    const { gaveUp } = await deliver(webhooks);
    expect(gaveUp).toEqual([`${url} did not accept the event event-1 in 2 tries: it answered 500.`]);
    clock.advance(3_600_000);
    expect(await deliver(webhooks)).toEqual({ delivered: 0, postponed: 0, gaveUp: [] });
    expect(calls).toHaveLength(2);
  });

  it('does not follow a redirect, which would lose the event', async () => {
    const webhooks = outbox({ maxTries: 1 });
    webhooks.enqueue('event-1', BODY);
    answer = (response) => response.writeHead(302, { location: '/elsewhere' }).end();
    expect((await deliver(webhooks)).gaveUp[0]).toContain('it answered 302');
    expect(calls).toHaveLength(1);
  });

  it('does not wait for an endpoint that never answers', async () => {
    const webhooks = outbox({ maxTries: 1, timeoutMs: 50 });
    webhooks.enqueue('event-1', BODY);
    answer = () => {};
    expect((await deliver(webhooks)).gaveUp[0]).toContain('no answer in 50 ms');
  });

  it('says why an endpoint cannot be reached', async () => {
    const webhooks = outbox({ maxTries: 1, urls: ['http://127.0.0.1:1/refused'] });
    webhooks.enqueue('event-1', BODY);
    expect((await deliver(webhooks)).gaveUp[0]).toMatch(/ in 1 tries: (.*ECONNREFUSED.*|bad port)\.$/);
  });

  it('ends a round that is cut off without counting the try', async () => {
    const webhooks = outbox({ maxTries: 1 });
    webhooks.enqueue('event-1', BODY);
    const stop = new AbortController();
    answer = () => stop.abort();
    expect(await webhooks.deliverDue(stop.signal)).toEqual({ delivered: 0, postponed: 0, gaveUp: [] });
    answer = (response) => response.end();
    expect(await deliver(webhooks)).toMatchObject({ delivered: 1 });
  });

  it('delivers after a restart what was stored before it', async () => {
    outbox().enqueue('event-1', BODY);
    database.close();
    database = openDatabase(folder.path);
    expect(await deliver(outbox())).toMatchObject({ delivered: 1 });
    expect(calls[0]?.body).toBe(BODY);
  });

  it('delivers many in rounds, all of them', async () => {
    const webhooks = outbox();
    for (let n = 0; n < 25; n += 1) webhooks.enqueue(`event-${n}`, BODY);
    let delivered = 0;
    for (let round = 0; round < 3; round += 1) delivered += (await deliver(webhooks)).delivered;
    expect(delivered).toBe(25);
    expect(new Set(calls.map(({ headers }) => headers['x-darkroom-event-id'])).size).toBe(25);
  });
});
