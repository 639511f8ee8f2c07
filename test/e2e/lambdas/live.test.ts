import type { SNSEvent } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Principal } from '../../../core/access.ts';
import type { LiveMessage } from '../../../core/pipeline/messages/live.ts';
import { documentClient } from '../../../lambdas/adapters/clients.ts';
import { LiveTable } from '../../../lambdas/adapters/live-table.ts';
import { apiSettingsJson } from '../../support/api-settings.ts';
import { completionWith } from '../../support/completion-factory.ts';
import { stubAwsEnvironment } from '../../support/emulators/aws-environment.ts';
import { type ConnectionsServer, startConnections } from '../../support/emulators/connections-server.ts';
import { startLiveTable } from '../../support/emulators/live-table-server.ts';
import type { Loopback } from '../../support/emulators/loopback.ts';
import { invocationContext } from '../../support/lambdas/events.ts';
import { liveMessageWith } from '../../support/live-message-factory.ts';

const JO: Principal = { kind: 'user', id: 'jo', name: null };

type Handler = typeof import('../../../lambdas/live/handler.ts')['handler'];

let dynamo: Loopback;
let sockets: ConnectionsServer;
let table: LiveTable;
let handler: Handler;

beforeAll(async () => {
  for (const method of ['log', 'info', 'error'] as const) {
    vi.spyOn(console, method).mockImplementation(() => {});
  }
  stubAwsEnvironment({});
  [dynamo, sockets] = [await startLiveTable('live'), await startConnections()];
  const live = { tableName: 'live', url: 'wss://live.example/live', endpoint: sockets.url };
  stubAwsEnvironment({ AWS_ENDPOINT_URL_DYNAMODB: dynamo.url, DARKROOM_API: apiSettingsJson({ live }) });
  table = new LiveTable(documentClient(), live);
  vi.resetModules();
  ({ handler } = await import('../../../lambdas/live/handler.ts'));
});
afterAll(async () => {
  await sockets.close();
  await dynamo.close();
  vi.unstubAllEnvs();
});
beforeEach(() => {
  sockets.sent.length = 0;
});

function call(eventType: string, connectionId: string, more: Record<string, unknown> = {}) {
  return handler({ requestContext: { eventType, connectionId }, ...more }, invocationContext('live'));
}

async function connect(connectionId: string, principal: Principal, all = false): Promise<unknown> {
  const { ticket } = await table.issue(principal, { all });
  sockets.open.add(connectionId);
  return call('CONNECT', connectionId, { queryStringParameters: { ticket } });
}

function publish(message: object): Promise<unknown> {
  const event = { Records: [{ EventSource: 'aws:sns', Sns: { Message: JSON.stringify(message) } }] };
  return handler(event as unknown as SNSEvent, invocationContext('live'));
}

function received(connectionId: string): LiveMessage[] {
  return sockets.sent
    .filter((each) => each.connectionId === connectionId)
    .map(({ data }) => JSON.parse(data));
}

describe('the live function', () => {
  it('admits a ticket once, and nobody without one', async () => {
    const { ticket } = await table.issue(JO, { all: false });
    const query = { queryStringParameters: { ticket } };
    expect(await call('CONNECT', 'a', query)).toEqual({ statusCode: 200 });
    expect(await call('CONNECT', 'b', query)).toEqual({ statusCode: 401 });
    expect(await call('CONNECT', 'b', { queryStringParameters: null })).toEqual({ statusCode: 401 });
    expect(await call('CONNECT', 'b')).toEqual({ statusCode: 401 });
    await call('DISCONNECT', 'a');
  });

  it('answers a heartbeat, and nothing else', async () => {
    const pong = await call('MESSAGE', 'a', { body: '{"type":"ping"}' });
    expect(pong).toEqual({ statusCode: 200, body: '{"type":"pong"}' });
    for (const body of ['{"type":"delete"}', 'null', 'no JSON', null]) {
      expect(await call('MESSAGE', 'a', { body })).toMatchObject({ statusCode: 400 });
    }
  });

  it('sends progress and ends to the sockets of the owner, and to those that watch everything', async () => {
    await connect('jo-1', JO);
    await connect('jo-2', JO);
    await connect('eve', { kind: 'user', id: 'eve', name: null });
    await connect('ada', { kind: 'administrator', id: 'ada', name: null }, true);
    await publish(liveMessageWith());
    await publish(completionWith('done', { owner: 'jo' }));
    for (const id of ['jo-1', 'jo-2', 'ada']) {
      expect(received(id).map(({ type }) => type)).toEqual(['image.progress', 'image.ended']);
    }
    expect(received('eve')).toEqual([]);
    for (const id of ['jo-1', 'jo-2', 'eve', 'ada']) await call('DISCONNECT', id);
    await publish(liveMessageWith());
    expect(sockets.sent).toHaveLength(6);
  });

  it('fails after it has sent to all others, so that Lambda calls it again', async () => {
    await connect('broken', JO);
    await connect('well', JO);
    sockets.failing.add('broken');
    await expect(publish(liveMessageWith())).rejects.toThrow(/API Gateway could not answer/);
    expect(received('well')).toHaveLength(1);
    sockets.failing.clear();
    await publish(liveMessageWith());
    expect(received('broken')).toHaveLength(1);
  });
});
