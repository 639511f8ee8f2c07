import {
  type ApiGatewayManagementApiClient,
  GoneException,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import type { LiveMessage } from '../../core/pipeline/messages/live.ts';
import { wrapAwsErrors } from './aws-errors.ts';
import type { LiveTable, Socket } from './live-table.ts';

/** Sends at a time. One takes the SDK 1.1 ms of CPU, so 10,000 sockets take 11 s of a whole one. */
const PARALLEL = 50;

/**
 * While a connection is being opened, API Gateway says that it is gone. One this young is not removed; its client reads
 * what it missed when the connection is open.
 */
const OPENING_MS = 30_000;

/** What became of a message. */
export interface Delivery {
  sent: number;
  gone: number;
  failed: number;
  /** The first failure; undefined where there was none. */
  error: unknown;
}

/** Sends a message to all sockets that watch its image, and removes those that are gone. */
export async function sendToSockets(
  client: ApiGatewayManagementApiClient,
  table: Pick<LiveTable, 'socketsFor' | 'removeSocket'>,
  message: LiveMessage,
): Promise<Delivery> {
  const Data = Buffer.from(JSON.stringify(message));
  const delivery: Delivery = { sent: 0, gone: 0, failed: 0, error: undefined };
  const sockets = table.socketsFor(message.owner)[Symbol.asyncIterator]();

  async function send({ connectionId, connectedAtMs }: Socket): Promise<void> {
    try {
      const command = new PostToConnectionCommand({ ConnectionId: connectionId, Data });
      await wrapAwsErrors('API Gateway', client.send(command));
      delivery.sent += 1;
    } catch (error) {
      if (!(error instanceof GoneException)) throw error;
      delivery.gone += 1;
      if (Date.now() - connectedAtMs > OPENING_MS) await table.removeSocket(connectionId);
    }
  }

  /** One of several that share the sockets. A failure at one socket concerns no other. */
  async function sendSome(): Promise<void> {
    for (;;) {
      const { value: socket, done } = await sockets.next();
      if (done) return;
      await send(socket).catch((error: unknown) => {
        delivery.failed += 1;
        delivery.error ??= error;
      });
    }
  }
  await Promise.all(Array.from({ length: PARALLEL }, sendSome));
  return delivery;
}
