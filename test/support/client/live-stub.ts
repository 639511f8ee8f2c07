import type { IncomingMessage } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import type { LiveMessage, LiveTicket } from '../../../client/types.ts';
import { liveMessageWith } from '../live-message-factory.ts';

/** The live half of the API: tickets that open one WebSocket each, on loopback. */
export class LiveStub {
  /** Tickets in the order in which they opened a connection. */
  readonly opened: string[] = [];
  readonly pings: string[] = [];
  issued = 0;
  answersPings = true;
  /** Ends a connection as soon as it is open. */
  dropsAtOnce = false;
  ticketError: Error | undefined;
  readonly #unused = new Set<string>();
  readonly #server = new WebSocketServer({ port: 0, host: '127.0.0.1' });

  async start(): Promise<this> {
    this.#server.on('connection', (socket, request) => this.#accept(socket, request));
    await new Promise<void>((resolve) => this.#server.once('listening', () => resolve()));
    return this;
  }

  async stop(): Promise<void> {
    for (const socket of this.#server.clients) socket.terminate();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  get connections(): number {
    return this.#server.clients.size;
  }

  readonly ticket = async (): Promise<LiveTicket> => {
    if (this.ticketError !== undefined) throw this.ticketError;
    const ticket = `ticket-${++this.issued}`;
    this.#unused.add(ticket);
    const url = `ws://127.0.0.1:${this.#server.address().port}/live?v=1`;
    return { ticket, url, expiresAt: new Date(Date.now() + 30_000).toISOString() };
  };

  /** Sends to all connections. */
  send(message: Partial<LiveMessage> | string): void {
    const data = typeof message === 'string' ? message : JSON.stringify(liveMessageWith(message));
    for (const socket of this.#server.clients) socket.send(data);
  }

  /** Ends all connections without a goodbye. */
  cut(): void {
    for (const socket of this.#server.clients) socket.terminate();
  }

  #accept(socket: WebSocket, request: IncomingMessage): void {
    const ticket = new URL(request.url ?? '', 'ws://localhost').searchParams.get('ticket') ?? '';
    if (!this.#unused.delete(ticket)) {
      socket.terminate();
      return;
    }
    this.opened.push(ticket);
    socket.on('message', (data) => {
      this.pings.push(String(data));
      if (this.answersPings) socket.send('{"type":"pong"}');
    });
    if (this.dropsAtOnce) socket.terminate();
  }
}
