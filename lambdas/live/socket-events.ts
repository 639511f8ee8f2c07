import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { LiveTable } from '../adapters/live-table.ts';

/** What API Gateway says of a socket. */
export interface SocketEvent {
  requestContext: { eventType?: string; connectionId?: string };
  queryStringParameters?: Partial<Record<string, string>> | null;
  body?: string | null;
}

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-route-keys-connect-disconnect.html */
type Answer = APIGatewayProxyStructuredResultV2;

/** Opens a socket for whoever has a ticket, closes it, and answers heartbeats. Any other message is an error. */
export async function answerSocket(
  table: Pick<LiveTable, 'redeem' | 'addSocket' | 'removeSocket'>,
  { requestContext: { eventType, connectionId = '' }, queryStringParameters, body }: SocketEvent,
): Promise<Answer> {
  if (eventType === 'CONNECT') {
    const watch = await table.redeem(queryStringParameters?.ticket ?? '');
    // API Gateway refuses the handshake with this status.
    if (watch === undefined) return { statusCode: 401 };
    await table.addSocket(connectionId, watch);
    return { statusCode: 200 };
  }
  if (eventType === 'DISCONNECT') {
    await table.removeSocket(connectionId);
    return { statusCode: 200 };
  }
  if (isPing(body)) return { statusCode: 200, body: JSON.stringify({ type: 'pong' }) };
  const message = 'Expected {"type":"ping"}: everything else goes through the HTTP API.';
  return { statusCode: 400, body: JSON.stringify({ type: 'error', message }) };
}

function isPing(body: string | null | undefined): boolean {
  try {
    return JSON.parse(body ?? '').type === 'ping';
  } catch {
    return false;
  }
}
