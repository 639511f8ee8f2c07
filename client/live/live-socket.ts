export interface Heartbeat {
  /** API Gateway closes a connection that was idle for 10 minutes. */
  pingEveryMs: number;
  /** An answer that takes longer will not come. */
  pongWithinMs: number;
}

/** A connection that is open and watched: it closes itself when the server no longer answers. */
export class LiveSocket {
  /** Resolves when the connection has ended, whoever ended it. */
  readonly closed: Promise<void>;
  readonly #socket: WebSocket;
  readonly #heartbeat: Heartbeat;
  readonly #ended = Promise.withResolvers<void>();
  #pingTimer: ReturnType<typeof setTimeout> | undefined;
  #pongTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(socket: WebSocket, heartbeat: Heartbeat, onFrame: (data: unknown) => void) {
    this.#socket = socket;
    this.#heartbeat = heartbeat;
    this.closed = this.#ended.promise;
    socket.addEventListener('close', () => this.close());
    socket.addEventListener('message', ({ data }: { data: unknown }) => {
      this.#rest();
      onFrame(data);
    });
    this.#rest();
  }

  /** Asks for a sign of life now. Any message counts as one. */
  ping(): void {
    if (this.#pongTimer !== undefined) return;
    clearTimeout(this.#pingTimer);
    this.#pongTimer = setTimeout(() => this.close(), this.#heartbeat.pongWithinMs);
    this.#socket.send(JSON.stringify({ type: 'ping' }));
  }

  /** Ends at once: a dead connection would let the closing handshake wait for a minute. */
  close(): void {
    this.#stopTimers();
    this.#socket.close();
    this.#ended.resolve();
  }

  #rest(): void {
    this.#stopTimers();
    this.#pingTimer = setTimeout(() => this.ping(), this.#heartbeat.pingEveryMs);
  }

  #stopTimers(): void {
    clearTimeout(this.#pingTimer);
    clearTimeout(this.#pongTimer);
    this.#pongTimer = undefined;
  }
}

/**
 * Opens a connection.
 *
 * @throws Error where the server refuses it, and the signal's reason when that aborts first
 */
export function openLiveSocket(
  url: URL,
  heartbeat: Heartbeat,
  onFrame: (data: unknown) => void,
  signal: AbortSignal,
): Promise<LiveSocket> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const socket = new WebSocket(url);
    const abort = () => {
      socket.close();
      reject(signal.reason);
    };
    signal.addEventListener('abort', abort, { once: true });
    socket.addEventListener('open', () => {
      signal.removeEventListener('abort', abort);
      // Made here, as the first frame may follow in the same packet.
      resolve(new LiveSocket(socket, heartbeat, onFrame));
    });
    socket.addEventListener('close', () => {
      signal.removeEventListener('abort', abort);
      reject(new Error(`The server closed the connection to ${url.host} before it was open.`));
    });
  });
}
