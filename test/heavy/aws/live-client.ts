import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { LiveMessage } from '../../../core/pipeline/messages/live.ts';
import { physicalId, type Resource } from './stack.ts';

const PATIENCE_MS = 60_000;

/** A WebSocket of the emulator, which goes by the header Host. */
export class LiveClient {
  readonly messages: LiveMessage[] = [];
  #pongs = 0;
  readonly #socket: WebSocket;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data) => {
      const message = JSON.parse(String(data));
      if (message.type === 'pong') this.#pongs += 1;
      else this.messages.push(message);
    });
  }

  /** @throws Error where the handshake is refused */
  static async open(resources: readonly Resource[], ticket: string): Promise<LiveClient> {
    const id = physicalId(resources, 'AWS::ApiGatewayV2::Api', 'HttpLiveApi');
    const { host } = new URL(process.env.AWS_ENDPOINT_URL ?? '');
    // The types of our other tests know only the address.
    const Socket = WebSocket as unknown as new (url: string, options: object) => WebSocket;
    const socket = new Socket(`wss://${host}/live?ticket=${ticket}`, {
      headers: { host: `${id}.execute-api.${host}` },
      servername: 'localhost',
    });
    const client = new LiveClient(socket);
    await once(socket, 'open');
    return client;
  }

  async ping(): Promise<void> {
    const before = this.#pongs;
    this.#socket.send(JSON.stringify({ type: 'ping' }));
    await this.#wait(() => (this.#pongs > before ? true : undefined), 'an answer to a heartbeat');
  }

  /** The first message that is as wanted. */
  until(isWanted: (message: LiveMessage) => boolean): Promise<LiveMessage> {
    return this.#wait(() => this.messages.find(isWanted), 'a live message');
  }

  close(): void {
    this.#socket.terminate();
  }

  async #wait<T>(look: () => T | undefined, what: string): Promise<T> {
    for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await sleep(50)) {
      const found = look();
      if (found !== undefined) return found;
    }
    throw new Error(`expected ${what}, received ${JSON.stringify(this.messages)}`);
  }
}
