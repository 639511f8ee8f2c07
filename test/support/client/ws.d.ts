declare module 'ws' {
  import type { EventEmitter } from 'node:events';
  import type { IncomingMessage } from 'node:http';

  /** The part of ws that the tests use: a server, as Node has only a client. */
  export class WebSocket extends EventEmitter<{ message: [data: Buffer]; close: [] }> {
    send(data: string): void;
    close(): void;
    terminate(): void;
  }

  export class WebSocketServer extends EventEmitter<{
    listening: [];
    connection: [socket: WebSocket, request: IncomingMessage];
  }> {
    constructor(options: { port: number; host: string });
    readonly clients: Set<WebSocket>;
    address(): { port: number };
    close(callback: () => void): void;
  }
}
