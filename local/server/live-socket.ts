import {
  type HttpBindings,
  upgradeWebSocket,
  type WebSocketLike,
  type WebSocketServerLike,
} from '@hono/node-server';
import { Hono } from 'hono';
import type { WSContext } from 'hono/ws';
import { WebSocketServer } from 'ws';
import { UnauthenticatedError } from '../../core/errors.ts';
import { HttpProblemError, problem } from '../../core/http/problem.ts';
import type { LiveClient, LiveHub } from './live-hub.ts';
import { LIVE_PATH, type LocalLiveTickets, type Watch } from './live-tickets.ts';

/** A client sends heartbeats alone. */
const MAX_RECEIVED_BYTES = 1024;

/** What takes over the connections of {@link liveSockets}. */
export function socketServer(): WebSocketServerLike {
  return new WebSocketServer({ noServer: true, clientTracking: false, maxPayload: MAX_RECEIVED_BYTES });
}

/** The socket of ws, of which node-server declares a part. */
function clientOf({ raw }: WSContext<WebSocketLike>): LiveClient {
  return raw as WebSocketLike & LiveClient;
}

/** The WebSocket endpoint: opens a socket for whoever has a ticket, and answers heartbeats. */
export function liveSockets(hub: LiveHub, tickets: LocalLiveTickets) {
  const app = new Hono<{ Bindings: HttpBindings; Variables: { watch: Watch } }>();
  app.get(
    LIVE_PATH,
    async ({ req, set }, next) => {
      // Looked at first, so that a request by mistake does not use up the ticket.
      if (req.header('upgrade')?.toLowerCase() !== 'websocket') throw upgradeRequired();
      const watch = tickets.redeem(req.query('ticket') ?? '');
      if (watch === undefined) {
        throw new UnauthenticatedError('The ticket is unknown, used or expired. Ask for a new one.');
      }
      set('watch', watch);
      await next();
    },
    upgradeWebSocket((context) => {
      // Read now: the context of a request ends with its answer.
      const watch = context.get('watch');
      return {
        onOpen: (_, socket) => hub.add(clientOf(socket), watch),
        onMessage: ({ data }, socket) => hub.reply(clientOf(socket), replyTo(data)),
        onClose: (_, socket) => hub.remove(clientOf(socket)),
      };
    }),
  );
  return app;
}

function replyTo(data: unknown): object {
  if (isPing(data)) return { type: 'pong' };
  return { type: 'error', message: 'Expected {"type":"ping"}: everything else goes through the HTTP API.' };
}

function isPing(data: unknown): boolean {
  try {
    return JSON.parse(String(data)).type === 'ping';
  } catch {
    return false;
  }
}

function upgradeRequired(): HttpProblemError {
  const detail = 'Expected a WebSocket. Connect with a ticket of POST /api/v1/live/tickets.';
  return new HttpProblemError(problem(426, 'UPGRADE_REQUIRED', detail), { upgrade: 'websocket' });
}
