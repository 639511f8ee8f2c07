declare module 'ws' {
  import type { EventEmitter } from 'node:events';
  import type { IncomingMessage } from 'node:http';
  import type { Duplex } from 'node:stream';

  /** The part of ws that is used: a server, as Node has only a client. */
  export class WebSocket extends EventEmitter<{
    message: [data: Buffer, isBinary: boolean];
    close: [code: number, reason: Buffer];
    error: [error: unknown];
  }> {
    readonly bufferedAmount: number;
    readonly protocol: string;
    readonly readyState: 0 | 1 | 2 | 3;
    send(data: string | ArrayBuffer | ArrayBufferView): void;
    close(code?: number, reason?: string): void;
    terminate(): void;
  }

  interface ServerOptions {
    noServer?: boolean;
    port?: number;
    host?: string;
    /** The longest message that is received, in bytes. */
    maxPayload?: number;
    /** Sets of sockets are not kept. */
    clientTracking?: boolean;
  }

  export class WebSocketServer {
    constructor(options: ServerOptions);
    readonly options: ServerOptions;
    readonly clients: Set<WebSocket>;
    address(): { port: number };
    close(callback?: () => void): void;
    on(event: 'connection', listener: (socket: WebSocket, request: IncomingMessage) => void): this;
    on(event: 'headers', listener: (headers: string[]) => void): this;
    off(event: 'headers', listener: (headers: string[]) => void): this;
    once(event: 'listening', listener: () => void): this;
    emit(event: 'connection', socket: object, request: IncomingMessage): boolean;
    handleUpgrade(
      request: IncomingMessage,
      socket: Duplex,
      head: Buffer,
      callback: (socket: WebSocket) => void,
    ): void;
  }
}
