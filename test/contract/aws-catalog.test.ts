import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { INDEXES } from '../../core/catalog-layout.ts';
import { TransientError } from '../../core/errors.ts';
import type { ImageRecord } from '../../core/pipeline/record.ts';
import type { Guard } from '../../core/ports.ts';
import { documentClient } from '../../lambdas/adapters/clients.ts';
import { dynamoCatalog } from '../../lambdas/adapters/dynamo-catalog.ts';
import { stubAwsEnvironment } from '../support/emulators/aws-environment.ts';
import { startDynamo } from '../support/emulators/dynamo-server.ts';
import { jsonError, startScripted } from '../support/emulators/scripted-server.ts';
import { fullRecord, idFrom, incidentWith, RECIPE, receivedRecord } from '../support/record-factory.ts';
import { describeCatalogContract } from './catalog-contract.ts';

const TABLE = 'catalog';

async function startCatalog() {
  stubAwsEnvironment({});
  const server = await startDynamo(TABLE);
  stubAwsEnvironment({ AWS_ENDPOINT_URL_DYNAMODB: server.url });
  const client = documentClient();
  return {
    client,
    catalog: dynamoCatalog(client, TABLE),
    async close() {
      client.destroy();
      await server.close();
    },
  };
}

describeCatalogContract('DynamoDB', startCatalog);

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

  it('lists the images of a recipe from its choice until it is taken back', async () => {
    const imageId = await created('recipe', { createdAt: '2026-02-03T10:00:00.000Z' });
    const ofRecipe = () => listed('recipe', `augment#${imageId[0]}`, '2026-02-03', '2026-02-04');
    const guard: Guard = { run: 1, states: ['RECEIVED'] };
    expect(await ofRecipe()).toEqual([]);
    await table.catalog.update(imageId, guard, { set: { recipe: RECIPE } });
    expect(await ofRecipe()).toEqual([imageId]);
    await table.catalog.update(imageId, guard, { remove: ['recipe', 'expected'] });
    expect(await ofRecipe()).toEqual([]);
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
      () => catalog.due('2026-02-03')[Symbol.asyncIterator]().next(),
      () => catalog.failed()[Symbol.asyncIterator]().next(),
      () => catalog.putUnprocessableMessage(incidentWith(imageId)),
      () => catalog.unprocessableMessages()[Symbol.asyncIterator]().next(),
      () => catalog.removeUnprocessableMessage(imageId),
    ];
    for (const call of calls) await expect(call()).rejects.toThrow(TransientError);
    await server.close();
  });
});
