import { DynamoDBClient } from '@aws-sdk/client-dynamodb';

import { DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { INDEXES } from '../../core/catalog-layout.ts';
import { TransientError } from '../../core/errors.ts';
import type { ListQuery } from '../../core/listing.ts';
import type { ImageRecord } from '../../core/pipeline/record.ts';
import type { Guard } from '../../core/ports.ts';
import { documentClient } from '../../lambdas/adapters/clients.ts';
import { dynamoCatalog } from '../../lambdas/adapters/dynamo-catalog.ts';
import { dynamoExports } from '../../lambdas/adapters/dynamo-exports.ts';
import { stubAwsEnvironment } from '../support/emulators/aws-environment.ts';
import { startDynamo } from '../support/emulators/dynamo-server.ts';
import { jsonError, startScripted } from '../support/emulators/scripted-server.ts';
import { formerItem, formerRecord } from '../support/former-record.ts';
import { fullRecord, idFrom, receivedRecord, unprocessableMessage } from '../support/record-factory.ts';
import { describeCatalogContract } from './catalog-contract.ts';
import { describeExportStoreContract } from './export-store-contract.ts';

const TABLE = 'catalog';

async function startCatalog() {
  stubAwsEnvironment({});
  const server = await startDynamo(TABLE);
  stubAwsEnvironment({ AWS_ENDPOINT_URL_DYNAMODB: server.url });
  const client = documentClient();
  return {
    client,
    catalog: dynamoCatalog(client, TABLE),
    exports: dynamoExports(client, TABLE),
    async close() {
      client.destroy();
      await server.close();
    },
  };
}

describeCatalogContract('DynamoDB', startCatalog);
describeExportStoreContract('DynamoDB', startCatalog);

describe('DynamoDB catalog', () => {
  let table: Awaited<ReturnType<typeof startCatalog>>;
  beforeAll(async () => {
    table = await startCatalog();
  });
  afterAll(() => table.close());

  /** The ids under one key of an index, from one moment to another. */
  async function listed(index: keyof typeof INDEXES, key: string, from: string, to: string) {
    const { indexName, partitionKey, sortKey } = INDEXES[index];
    const { Items = [] } = await table.client.send(
      new QueryCommand({
        TableName: TABLE,
        IndexName: indexName,
        KeyConditionExpression: '#partition = :key AND #sort BETWEEN :from AND :to',
        ExpressionAttributeNames: { '#partition': partitionKey, '#sort': sortKey },
        ExpressionAttributeValues: { ':key': key, ':from': from, ':to': to },
      }),
    );
    return Items.map(({ imageId }) => imageId);
  }

  async function created(text: string, overrides: Partial<ImageRecord>): Promise<string> {
    const record = receivedRecord(idFrom(text), overrides);
    await table.catalog.create(record);
    return record.imageId;
  }

  it("lists an owner's uploads of a day", async () => {
    const day = { createdAt: '2026-02-03T10:00:00.000Z' };
    const mine = await created('mine', { ...day, owner: 'ann' });
    await created('yesterday', { createdAt: '2026-02-02T23:59:59.999Z', owner: 'ann' });
    await created("somebody's", { ...day, owner: 'bob' });
    await created("nobody's", day);
    const shards = [...'0123456789abcdef'].map((shard) =>
      listed('owner', `ann#${shard}`, '2026-02-03', '2026-02-04'),
    );
    expect((await Promise.all(shards)).flat()).toEqual([mine]);
  });

  it('lists a run as failed from its failure to its redrive', async () => {
    const imageId = await created('failing', {});
    const failed = async () => {
      for await (const id of table.catalog.failed()) if (id === imageId) return true;
      return false;
    };
    await table.catalog.update(imageId, { run: 1, states: ['RECEIVED'] }, { set: { state: 'FAILED' } });
    expect(await failed()).toBe(true);
    await table.catalog.update(imageId, { run: 1, states: ['FAILED'] }, { set: { repairs: 1 } });
    expect(await failed()).toBe(true);
    await table.catalog.update(imageId, { run: 1, states: ['FAILED'] }, { set: { state: 'RECEIVED' } });
    expect(await failed()).toBe(false);
  });

  it('reads a record of the release before the HTTP API, lists it, and counts its changes from now on', async () => {
    const former = formerRecord();
    await table.client.send(new PutCommand({ TableName: TABLE, Item: formerItem() }));
    const known = { ...former, revision: 0, fileName: 'a+b 100%.jpg' };
    const scope = { kind: 'owner', owner: 'user-of-before', inTrash: false } as const;
    expect(await table.catalog.list({ scope }, undefined, 10)).toEqual({ records: [known], next: undefined });
    const guard: Guard = { run: 3, states: ['COMPLETE'] };
    for (const [index, album] of ['A', 'B'].entries()) {
      const after = await table.catalog.update(former.imageId, guard, { set: { album } });
      expect(after).toEqual({ ...known, album, revision: index + 1 });
    }
  });

  describe('the calls of a page', () => {
    const owner = 'many';
    /** The commands that one page takes. */
    async function commandsOf(query: ListQuery, limit: number): Promise<Record<string, number>> {
      const commands: Record<string, number> = {};
      const send = vi.spyOn(DynamoDBDocumentClient.prototype, 'send');
      await table.catalog.list(query, undefined, limit);
      for (const [command] of send.mock.calls) {
        const { name } = command.constructor;
        commands[name] = (commands[name] ?? 0) + 1;
      }
      send.mockRestore();
      return commands;
    }

    beforeAll(async () => {
      for (let serial = 0; serial < 300; serial += 1) {
        const createdAt = new Date(Date.UTC(2032, 0, 1) + 1000 * (serial % 200)).toISOString();
        const capturedAt = createdAt.replace('Z', String(serial));
        await created(`many ${serial}`, { owner, album: 'A', createdAt, capturedAt });
      }
    });

    const ofOwner = { scope: { kind: 'owner', owner, inTrash: false } } as const;
    const ofAlbum = { scope: { kind: 'album', owner, album: 'A' } } as const;

    it.each([
      ['a page of an owner', ofOwner, 50, { QueryCommand: 16, BatchGetCommand: 1 }],
      ['a long page of an owner', ofOwner, 250, { QueryCommand: 16, BatchGetCommand: 3 }],
      ['a page of an album', ofAlbum, 100, { QueryCommand: 1, BatchGetCommand: 1 }],
      [
        'a page of which nothing passes',
        { ...ofOwner, name: 'x' },
        50,
        { QueryCommand: 16, BatchGetCommand: 3 },
      ],
    ])('are few for %s', async (_, query, limit, expected) => {
      expect(await commandsOf(query, limit)).toEqual(expected);
    });
  });

  it.each([
    ['up to 10,000 exactly', 625, { count: 10_000, isExact: true }],
    ['no further', 626, { count: 10_000, isExact: false }],
  ])('counts the entries of 16 shards %s', async (_, inShard, expected) => {
    const server = await startScripted({ status: 200, body: JSON.stringify({ Count: inShard }) });
    const client = new DynamoDBClient({ endpoint: server.url });
    const catalog = dynamoCatalog(DynamoDBDocumentClient.from(client), TABLE);
    const query: ListQuery = { scope: { kind: 'all', inTrash: false } };
    expect(await catalog.count(query)).toEqual(expected);
    expect(await catalog.count({ ...query, name: 'x' })).toBeNull();
    await server.close();
  });

  it('asks again for the keys that a batch leaves out', async () => {
    const [first, second] = [idFrom('first of a batch'), idFrom('second of a batch')];
    const Keys = [first, second].map((imageId) => ({ imageId: { S: imageId }, entry: { S: 'current' } }));
    const items = Keys.map((key) => ({
      ...key,
      state: { S: 'RECEIVED' },
      source: { M: { key: { S: 'a.jpg' } } },
    }));
    const answers = [
      { Items: Keys.map((key) => ({ ...key, albumSort: { S: '2026-02-03' } })) },
      { Responses: { [TABLE]: [items[1]] }, UnprocessedKeys: { [TABLE]: { Keys: [Keys[0]] } } },
      { Responses: { [TABLE]: [items[0]] }, UnprocessedKeys: {} },
    ];
    const server = await startScripted(
      ...answers.map((body) => ({ status: 200, body: JSON.stringify(body) })),
    );
    const client = new DynamoDBClient({ endpoint: server.url });
    const catalog = dynamoCatalog(DynamoDBDocumentClient.from(client), TABLE);
    const query: ListQuery = { scope: { kind: 'album', owner: undefined, album: 'A' } };
    // The records are in no album, so nothing is listed; what counts is that both were read.
    expect(await catalog.list(query, undefined, 10)).toEqual({ records: [], next: undefined });
    expect(server.requests.map((request) => JSON.parse(request).RequestItems?.[TABLE].Keys)).toEqual([
      undefined,
      Keys,
      [Keys[0]],
    ]);
    await server.close();
  });

  it('keeps the largest record under 2 KB, index keys included', async () => {
    const record = fullRecord(idFrom('large'));
    await table.catalog.create(record);
    const Key = { imageId: record.imageId, entry: 'current' };
    const { ConsumedCapacity } = await table.client.send(
      new GetCommand({ TableName: TABLE, Key, ConsistentRead: true, ReturnConsumedCapacity: 'TOTAL' }),
    );
    expect(ConsumedCapacity?.CapacityUnits).toBe(1);
    const { Item } = await table.client.send(new GetCommand({ TableName: TABLE, Key }));
    expect(Buffer.byteLength(JSON.stringify(Item))).toBeLessThan(2_048);
  });

  it.each([
    jsonError(400, 'ProvisionedThroughputExceededException'),
    jsonError(400, 'ThrottlingException'),
    jsonError(500, 'InternalServerError'),
  ])('is a transient error where DynamoDB answers $body', async (answer) => {
    const server = await startScripted(answer);
    const client = new DynamoDBClient({ endpoint: server.url, maxAttempts: 1 });
    const catalog = dynamoCatalog(DynamoDBDocumentClient.from(client), TABLE);
    const record = fullRecord(idFrom('throttled'));
    const { imageId } = record;
    const calls: (() => Promise<unknown>)[] = [
      () => catalog.get(imageId),
      () => catalog.create(record),
      () => catalog.update(imageId, { run: 1, states: ['RECEIVED'] }, { set: { startCount: 1 } }),
      () => catalog.archive(record),
      () => catalog.history(imageId),
      () => catalog.list({ scope: { kind: 'all', inTrash: false } }, undefined, 10),
      () => catalog.count({ scope: { kind: 'all', inTrash: false } }),
      () => catalog.albums('user-1'),
      () => catalog.due('2026-02-03')[Symbol.asyncIterator]().next(),
      () => catalog.failed()[Symbol.asyncIterator]().next(),
      () => catalog.putUnprocessableMessage(unprocessableMessage(imageId)),
      () => catalog.unprocessableMessages()[Symbol.asyncIterator]().next(),
      () => catalog.removeUnprocessableMessage(imageId),
    ];
    for (const call of calls) await expect(call()).rejects.toThrow(TransientError);
    await server.close();
  });
});
