import type { LiveMessage } from '../../core/pipeline/messages/live.ts';
import type { Progress } from '../../core/ports.ts';
import type { Watch } from './live-tickets.ts';

/** The part of a socket that the hub uses. */
export interface LiveClient {
  /** Bytes that were sent and that the operating system has not taken yet. */
  readonly bufferedAmount: number;
  send(text: string): void;
  close(code: number, reason: string): void;
  /** Ends the connection without a goodbye. */
  terminate(): void;
}

/** A reader that is this far behind is cut off. It connects again and reads what it missed: some thousand messages. */
const MAX_BUFFERED_BYTES = 1_000_000;
const GOING_AWAY = 1001;

/** Sends live messages to the sockets that watch the image. */
export class LiveHub implements Progress {
  readonly #clients = new Map<LiveClient, Watch>();

  get size(): number {
    return this.#clients.size;
  }

  add(client: LiveClient, watch: Watch): void {
    this.#clients.set(client, watch);
  }

  /** Removing it again changes nothing. */
  remove(client: LiveClient): void {
    this.#clients.delete(client);
  }

  /** Never throws, and never waits for a reader. */
  async publish(message: LiveMessage): Promise<void> {
    if (this.#clients.size === 0) return;
    const text = JSON.stringify(message);
    for (const [client, { owner, all }] of this.#clients) {
      if (all || owner === message.owner) this.#send(client, text);
    }
  }

  /** Answers one socket. */
  reply(client: LiveClient, message: object): void {
    if (this.#clients.has(client)) this.#send(client, JSON.stringify(message));
  }

  /** Ends all connections; their clients connect again, perhaps to the next start. */
  close(): void {
    for (const client of this.#clients.keys()) client.close(GOING_AWAY, 'Darkroom is stopping.');
  }

  /** Cuts off whoever has not left. */
  terminate(): void {
    for (const client of this.#clients.keys()) client.terminate();
    this.#clients.clear();
  }

  #send(client: LiveClient, text: string): void {
    try {
      if (client.bufferedAmount + text.length <= MAX_BUFFERED_BYTES) {
        client.send(text);
        return;
      }
    } catch {
      // It is closing.
    }
    this.#clients.delete(client);
    client.terminate();
  }
}
