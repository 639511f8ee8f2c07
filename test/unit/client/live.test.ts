import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Revisions } from '../../../client/live/revisions.ts';
import type { LiveTiming } from '../../../client/live/timing.ts';
import { type LiveOptions, type LiveState, LiveUpdates } from '../../../client/live.ts';
import { LiveStub } from '../../support/client/live-stub.ts';
import { stubPageEvents } from '../../support/client/page-events.ts';
import { until } from '../../support/client/upload-harness.ts';

const QUICK: Partial<LiveTiming> = { backoff: { baseMs: 10, capMs: 40 }, stableAfterMs: 50 };

let stub: LiveStub;
let clients: LiveUpdates[];

beforeEach(async () => {
  stub = await new LiveStub().start();
  clients = [];
});

afterEach(async () => {
  for (const client of clients) client.stop();
  await stub.stop();
  vi.unstubAllGlobals();
});

function connect(timing: Partial<LiveTiming> = {}, options: Partial<LiveOptions> = {}) {
  const seen = { messages: [] as string[], resyncs: 0, states: [] as LiveState[] };
  const live = new LiveUpdates({
    ticket: stub.ticket,
    onMessage: ({ imageId, revision }) => seen.messages.push(`${imageId.slice(0, 1)}${revision}`),
    onResync: () => {
      seen.resyncs += 1;
    },
    timing: { ...QUICK, ...timing },
    ...options,
  });
  live.subscribe((state) => seen.states.push(state));
  clients.push(live);
  live.start();
  return { live, seen };
}

const [a, b] = ['a'.repeat(64), 'b'.repeat(64)];

describe('a connection', () => {
  it('opens with a ticket, asks to read everything, and passes messages on', async () => {
    const { live, seen } = connect();
    expect(live.state).toBe('connecting');
    await until(() => live.state === 'live');
    expect(stub.opened).toEqual(['ticket-1']);
    stub.send({ imageId: a, revision: 1 });
    await until(() => seen.messages.length === 1);
    expect(seen).toEqual({ messages: ['a1'], resyncs: 1, states: ['connecting', 'live'] });
  });

  it('drops what is repeated, late or not understood', async () => {
    const { live, seen } = connect();
    await until(() => live.state === 'live');
    for (const revision of [3, 1, 3, 2, 4, 4]) stub.send({ imageId: a, revision });
    for (const revision of [2, 1]) stub.send({ imageId: b, revision });
    for (const frame of ['', '{', 'null', '{"type":"pong"}', '{"version":2,"type":"image.ended"}'])
      stub.send(frame);
    stub.send({ imageId: a, revision: 5, type: 'image.later' as 'image.ended' });
    stub.send({ imageId: a, revision: 6 });
    await until(() => seen.messages.includes('a6'));
    expect(seen.messages).toEqual(['a3', 'a4', 'b2', 'a5', 'a6']);
  });

  it('drops what is older than what was read through the API', async () => {
    const revisions = new Revisions();
    const { live, seen } = connect({}, { revisions });
    await until(() => live.state === 'live');
    expect(revisions.note(a, 7)).toBe(true);
    for (const revision of [6, 7, 8]) stub.send({ imageId: a, revision });
    await until(() => seen.messages.length > 0);
    expect(seen.messages).toEqual(['a8']);
    // And the other way round: a slow answer must not replace a newer message.
    expect(revisions.note(a, 7)).toBe(false);
    expect(revisions.note(a, 8)).toBe(true);
  });

  it('ends with stop, for good', async () => {
    const { live, seen } = connect();
    await until(() => live.state === 'live');
    live.stop();
    await until(() => stub.connections === 0);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(stub.issued).toBe(1);
    expect(seen.states).toEqual(['connecting', 'live', 'offline']);
    live.start();
    await until(() => live.state === 'live');
  });
});

describe('a connection that is cut', () => {
  it('is replaced, with another ticket, and everything is read again', async () => {
    const { live, seen } = connect();
    for (let count = 1; count <= 3; count++) {
      await until(() => seen.resyncs === count && live.state === 'live');
      stub.cut();
    }
    await until(() => seen.resyncs === 4);
    expect(stub.opened).toEqual(['ticket-1', 'ticket-2', 'ticket-3', 'ticket-4']);
    expect(seen.states.slice(0, 5)).toEqual(['connecting', 'live', 'offline', 'connecting', 'live']);
    stub.send({ imageId: a, revision: 9 });
    await until(() => seen.messages.length === 1);
  });

  it('leads to the same view as one that held', async () => {
    // What the server knows, which a client reads after each connection.
    const records = new Map<string, number>();
    const view = (): { shown: Map<string, number>; live: LiveUpdates } => {
      const shown = new Map<string, number>();
      const revisions = new Revisions();
      const live = new LiveUpdates({
        ticket: stub.ticket,
        revisions,
        timing: QUICK,
        onMessage: ({ imageId, revision }) => shown.set(imageId, revision),
        onResync: () => {
          for (const [imageId, revision] of records) {
            if (revisions.note(imageId, revision)) shown.set(imageId, revision);
          }
        },
      });
      clients.push(live);
      live.start();
      return { shown, live };
    };
    const views = [view(), view()];
    for (let step = 1; step <= 200; step++) {
      const imageId = `image-${step % 7}`;
      records.set(imageId, step);
      stub.send({ imageId, revision: step });
      if (step % 40 === 0) stub.cut();
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await until(() => views.every(({ live }) => live.state === 'live'));
    await until(() =>
      views.every(({ shown }) => [...records].every(([id, revision]) => shown.get(id) === revision)),
    );
  });

  it('is not tried without pause: each failure waits longer', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(1);
    stub.dropsAtOnce = true;
    connect({ backoff: { baseMs: 20, capMs: 10_000 }, stableAfterMs: 5000 });
    await new Promise((resolve) => setTimeout(resolve, 700));
    // Waits of 40, 80, 160 and 320 ms.
    expect(stub.issued).toBeGreaterThanOrEqual(3);
    expect(stub.issued).toBeLessThanOrEqual(5);
    vi.restoreAllMocks();
  });

  it('is offline as long as there is no ticket', async () => {
    stub.ticketError = new TypeError('fetch failed');
    const { live, seen } = connect();
    await until(() => seen.states.filter((state) => state === 'offline').length >= 3);
    stub.ticketError = undefined;
    await until(() => live.state === 'live');
  });

  it('is given up when it does not open in time', async () => {
    let asked = 0;
    const ticket = async (signal: AbortSignal) => {
      asked += 1;
      if (asked > 1) return stub.ticket();
      return new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    };
    const { live } = connect({ openWithinMs: 50 }, { ticket });
    await until(() => live.state === 'live');
    expect(asked).toBe(2);
  });
});

describe('the heartbeat', () => {
  it('keeps a quiet connection open', async () => {
    const { live } = connect({ pingEveryMs: 20, pongWithinMs: 500 });
    await until(() => stub.pings.length >= 3);
    expect(stub.pings[0]).toBe('{"type":"ping"}');
    expect(live.state).toBe('live');
    expect(stub.issued).toBe(1);
  });

  it('is not needed while messages come', async () => {
    const { live } = connect({ pingEveryMs: 400, pongWithinMs: 500 });
    await until(() => live.state === 'live');
    for (let revision = 1; revision <= 20; revision++) {
      stub.send({ imageId: a, revision });
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    expect(stub.pings).toEqual([]);
  });

  it('finds a dead connection, and replaces it', async () => {
    const { seen } = connect({ pingEveryMs: 20, pongWithinMs: 30 });
    await until(() => stub.pings.length === 1);
    stub.answersPings = false;
    await until(() => seen.resyncs === 2);
    stub.answersPings = true;
    expect(stub.opened.slice(0, 2)).toEqual(['ticket-1', 'ticket-2']);
  });
});

describe('the renewal', () => {
  it('opens the new connection before it closes the old one, and loses no message', async () => {
    const { live, seen } = connect({ renewAfterMs: 150 });
    const most = { connections: 0 };
    let revision = 0;
    while (stub.opened.length < 4) {
      stub.send({ imageId: a, revision: ++revision });
      most.connections = Math.max(most.connections, stub.connections);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await until(() => stub.connections === 1);
    expect(most.connections).toBe(2);
    expect(live.state).toBe('live');
    expect(seen.states).toEqual(['connecting', 'live']);
    await until(() => seen.messages.at(-1) === `a${revision}`);
    const first = Number(seen.messages[0]?.slice(1));
    expect(seen.messages).toHaveLength(revision - first + 1);
  });

  it('that fails is tried again while the old connection stays', async () => {
    const { live, seen } = connect({ renewAfterMs: 100 });
    await until(() => live.state === 'live');
    stub.ticketError = new Error('unavailable');
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect(live.state).toBe('live');
    stub.send({ imageId: a, revision: 1 });
    await until(() => seen.messages.length === 1);
    stub.ticketError = undefined;
    await until(() => stub.opened.length >= 2);
    expect(seen.states).toEqual(['connecting', 'live']);
  });
});

it('does not wait for the next try of a renewal when the connection is gone', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(1);
  const { live } = connect({ renewAfterMs: 50, backoff: { baseMs: 60_000, capMs: 60_000 } });
  await until(() => live.state === 'live');
  stub.ticketError = new Error('unavailable');
  await new Promise((resolve) => setTimeout(resolve, 150));
  stub.ticketError = undefined;
  stub.cut();
  await until(() => stub.opened.length === 2);
  vi.restoreAllMocks();
});

describe('a browser', () => {
  it.each(['online', 'visible'] as const)('that is %s again connects at once', async (event) => {
    const events = stubPageEvents();
    vi.spyOn(Math, 'random').mockReturnValue(1);
    stub.ticketError = new TypeError('fetch failed');
    const { live } = connect({ backoff: { baseMs: 60_000, capMs: 60_000 } });
    await until(() => live.state === 'offline');
    stub.ticketError = undefined;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(stub.issued).toBe(0);
    events[event]();
    await until(() => live.state === 'live');
    vi.restoreAllMocks();
  });

  it('that wakes up checks its connection', async () => {
    const events = stubPageEvents();
    const { live, seen } = connect({ pongWithinMs: 30 });
    await until(() => live.state === 'live');
    stub.answersPings = false;
    events.visible();
    events.visible();
    await until(() => seen.resyncs === 2);
    expect(stub.pings).toHaveLength(1);
    live.stop();
    events.online();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(stub.issued).toBe(2);
  });
});
