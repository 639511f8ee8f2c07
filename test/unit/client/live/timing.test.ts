import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TIMING } from '../../../../client/live/timing.ts';
import { LiveUpdates } from '../../../../client/live.ts';

const MINUTE = 60_000;

/** A WebSocket that opens at once and never closes by itself. */
class QuietSocket extends EventTarget {
  static readonly all: QuietSocket[] = [];
  readonly openedAt = Date.now();
  readonly sent: number[] = [];
  closedAt = 0;

  constructor() {
    super();
    QuietSocket.all.push(this);
    queueMicrotask(() => this.dispatchEvent(new Event('open')));
  }

  send(): void {
    this.sent.push(Date.now());
    queueMicrotask(() => this.dispatchEvent(new MessageEvent('message', { data: '{"type":"pong"}' })));
  }

  close(): void {
    this.closedAt ||= Date.now();
  }
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('WebSocket', QuietSocket);
  QuietSocket.all.length = 0;
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

function start(): LiveUpdates {
  const live = new LiveUpdates({
    ticket: async () => ({ ticket: 't', url: 'wss://live.example.org/', expiresAt: '' }),
    onMessage: () => {},
    onResync: () => {},
  });
  live.start();
  return live;
}

describe('a day of silence', () => {
  it.each([0, 0.5, 0.999_999])(
    'is held by pings and renewals within the limits of API Gateway (%d)',
    async (luck) => {
      vi.spyOn(Math, 'random').mockReturnValue(luck);
      const live = start();
      await vi.advanceTimersByTimeAsync(24 * 60 * MINUTE);
      expect(live.state).toBe('live');
      expect(QuietSocket.all.length).toBeGreaterThanOrEqual(12);
      for (const [index, socket] of QuietSocket.all.entries()) {
        const next = QuietSocket.all[index + 1];
        const lived = (socket.closedAt || Date.now()) - socket.openedAt;
        expect(lived).toBeLessThan(2 * 60 * MINUTE);
        if (next !== undefined) expect(socket.closedAt).toBeGreaterThanOrEqual(next.openedAt);
        const alive = [socket.openedAt, ...socket.sent, socket.closedAt || Date.now()];
        const silences = alive.slice(1).map((at, n) => at - (alive[n] ?? 0));
        expect(Math.max(...silences)).toBeLessThanOrEqual(5 * MINUTE);
        expect(socket.sent.length).toBeLessThanOrEqual(lived / (5 * MINUTE));
      }
      live.stop();
      expect(vi.getTimerCount()).toBe(0);
    },
  );
});

it('renews neither too late nor all at once', () => {
  expect(TIMING.renewAfterMs + TIMING.openWithinMs).toBeLessThan(2 * 60 * MINUTE);
  expect(TIMING.pingEveryMs + TIMING.pongWithinMs).toBeLessThan(10 * MINUTE);
});
