import { expect, it } from 'vitest';
import { redriveRun } from '../../core/pipeline/failures.ts';
import { reprocess } from '../../core/pipeline/reprocess.ts';
import { rewriteTrends } from '../../core/trends/rewrite-trends.ts';
import { documentClient } from '../../lambdas/adapters/clients.ts';
import { dynamoCatalog } from '../../lambdas/adapters/dynamo-catalog.ts';
import { dynamoTrends } from '../../lambdas/adapters/dynamo-trends.ts';
import { stubAwsEnvironment } from '../support/emulators/aws-environment.ts';
import { startDynamo } from '../support/emulators/dynamo-server.ts';
import { ManualClock } from '../support/memory/manual-clock.ts';
import { MemoryExports } from '../support/memory/memory-exports.ts';
import { memoryLinks } from '../support/memory/memory-links.ts';
import { MemoryObjectStore } from '../support/memory/memory-object-store.ts';
import { MemoryPublisher } from '../support/memory/memory-publisher.ts';
import { fullRecord, idFrom } from '../support/record-factory.ts';
import { SETTINGS } from '../support/simulated/settings.ts';
import { describeTrends } from './trends-contract.ts';

const TABLE = 'catalog';

async function open() {
  stubAwsEnvironment({});
  const server = await startDynamo(TABLE);
  stubAwsEnvironment({ AWS_ENDPOINT_URL_DYNAMODB: server.url });
  const client = documentClient();
  const [catalog, trends] = [dynamoCatalog(client, TABLE), dynamoTrends(client, TABLE)];
  return {
    ...{ catalog, trends },
    rewrite: (now: string) => rewriteTrends({ catalog, trends, clock: { now: () => new Date(now) } }),
    async close() {
      client.destroy();
      await server.close();
    },
  };
}

describeTrends('DynamoDB', async () => {
  const { rewrite, ...harness } = await open();
  return { ...harness, marks: harness.trends, refresh: async (now) => void (await rewrite(now)) };
});

it('a day of which an image is processed again is written anew, until the new run has ended', async () => {
  const { catalog, trends, rewrite, close } = await open();
  const { deletedAt: _, ...record } = fullRecord(idFrom('of long ago'));
  const day = record.createdAt.slice(0, 10);
  await catalog.create({ ...record, owner: 'ann' });
  const clock = new ManualClock(new Date('2026-05-01T00:00:00.000Z'));
  const marking = {
    ...{ catalog, clock, trendMarks: trends, settings: SETTINGS },
    objects: new MemoryObjectStore(clock),
    queue: { send: async () => {}, backlog: async () => 0 },
    exports: new MemoryExports(),
    publisher: new MemoryPublisher(),
    links: memoryLinks(clock),
  };
  await redriveRun(marking, record.imageId);
  expect(await trends.touchedDays()).toEqual([day]);

  const now = clock.now().toISOString();
  expect(await rewrite(now)).toEqual({ days: 3, images: 0 });
  expect(await trends.touchedDays()).toEqual([day]);
  const guard = { run: record.run, states: ['RECEIVED'] } as const;
  const publishedAt = record.createdAt;
  await catalog.update(record.imageId, guard, {
    set: { state: 'COMPLETE', endedAt: publishedAt, publishedAt },
  });
  await rewrite(now);
  expect(await trends.touchedDays()).toEqual([]);
  expect(await trends.read({ owner: 'ann', from: day, to: day })).toMatchObject([{ day, images: 1 }]);

  await reprocess(marking, record.imageId);
  expect(await trends.touchedDays()).toEqual([day]);
  await close();
});
