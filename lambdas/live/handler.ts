import type { APIGatewayProxyStructuredResultV2, Context, SNSEvent } from 'aws-lambda';
import { API_SETTINGS_VARIABLE, readApiSettings } from '../../core/api-settings.ts';
import { connectionsClient, documentClient } from '../adapters/clients.ts';
import { sendToSockets } from '../adapters/live-sender.ts';
import { LiveTable } from '../adapters/live-table.ts';
import { logger, traced } from '../runtime/observability.ts';
import { answerSocket, type SocketEvent } from './socket-events.ts';
import { readTopicMessage } from './topic-message.ts';

const { live } = readApiSettings(process.env[API_SETTINGS_VARIABLE]);
const table = new LiveTable(documentClient(), live);
const client = connectionsClient(live.endpoint ?? live.url.replace(/^ws/, 'http'));

/** Opens and closes sockets, and sends what the topics publish to those who watch the image. */
export async function handler(
  event: SocketEvent | SNSEvent,
  context: Context,
): Promise<APIGatewayProxyStructuredResultV2 | undefined> {
  logger.addContext(context);
  if ('requestContext' in event) return answerSocket(table, event);
  for (const { Sns } of event.Records) await deliver(Sns.Message);
  return undefined;
}

/** @throws the failure of a socket, after all others got the message: Lambda then calls again, and readers drop repeats */
async function deliver(text: string): Promise<void> {
  const message = readTopicMessage(text);
  const { imageId, revision } = message;
  const { error, ...counts } = await traced('live', imageId, () => sendToSockets(client, table, message));
  logger.info('sent', { imageId, revision, ...counts });
  if (error !== undefined) throw error;
}
