import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { openDatabase } from '../../local/adapters/database.ts';
import { FilePublisher } from '../../local/adapters/file-publisher.ts';
import { FileStore } from '../../local/adapters/file-store.ts';
import { SqliteCatalog } from '../../local/adapters/sqlite-catalog.ts';
import { SqliteExports } from '../../local/adapters/sqlite-exports.ts';
import { SqliteQueue } from '../../local/adapters/sqlite-queue.ts';
import { SqliteTrends } from '../../local/adapters/sqlite-trends.ts';
import { deadLetterQueueOf, type LeasedTask } from '../../local/adapters/task-lease.ts';
import { WebhookOutbox } from '../../local/adapters/webhook-outbox.ts';
import { ManualClock } from '../support/memory/manual-clock.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { describeCatalogContract } from './catalog-contract.ts';
import { describeExportStoreContract } from './export-store-contract.ts';
import { describeObjectStoreContract } from './object-store-contract.ts';
import { describeObjectStreamsContract, type ObjectStreamsHarness } from './object-streams-contract.ts';
import { describeAnnouncerContract } from './publisher-contract.ts';
import { describeQueueContract } from './queue-contract.ts';
import { describeTrends } from './trends-contract.ts';

const START = new Date('2026-02-03T04:05:06.000Z');

/** A database in a folder of its own, and how to be rid of both. */
function openTemporary() {
  const folder = temporaryFolder();
  const database = openDatabase(folder.path);
  function close() {
    database.close();
    folder[Symbol.dispose]();
  }
  return { database, path: folder.path, close };
}

describeCatalogContract('embedded', async () => {
  const { database, close } = openTemporary();
  return { catalog: new SqliteCatalog(database), close: async () => close() };
});

describeTrends('embedded', async () => {
  const { database, close } = openTemporary();
  const catalog = new SqliteCatalog(database);
  return {
    catalog,
    trends: new SqliteTrends(database),
    refresh: async () => {},
    close: async () => close(),
  };
});

describeExportStoreContract('embedded', async () => {
  const { database, close } = openTemporary();
  return { exports: new SqliteExports(database), close: async () => close() };
});

async function openStore(): Promise<ObjectStreamsHarness> {
  const { database, path, close } = openTemporary();
  const inbox = { bucket: 'inbox', directory: join(path, 'inbox') };
  const recipes = new Map<string, string>();
  mkdirSync(inbox.directory);
  const objects = new FileStore(database, {
    inbox,
    outputs: { bucket: 'outputs', directory: join(path, 'outputs') },
    metadataOf: (key) => {
      const recipe = recipes.get(key);
      return recipe === undefined ? {} : { recipe };
    },
    onSkipped: (_, { message }) => {
      throw new Error(message);
    },
  });
  return {
    objects,
    streams: objects,
    sourceBucket: 'inbox',
    processedBucket: 'outputs',
    keepsOldVersions: false,
    upload: async (key, body, recipe) => {
      const file = join(inbox.directory, key);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, body);
      if (recipe !== undefined) recipes.set(key, recipe);
      const source = await objects.source('inbox', key);
      if (source === undefined) throw new Error(`no upload at ${key}`);
      return source;
    },
    close: async () => close(),
  };
}

describeObjectStoreContract('embedded', openStore);
describeObjectStreamsContract('embedded', openStore);

describeQueueContract<LeasedTask>('embedded', async () => {
  const { database, close } = openTemporary();
  const clock = new ManualClock(START);
  const queue = new SqliteQueue(database, clock, { maxReceives: 5 });
  const visibilityMs = 360_000;
  return {
    queue,
    maxReceives: 5,
    receive: (name, max) => queue.receive(name, { max, visibilityMs }),
    acknowledge: (_, task) => queue.acknowledge(task),
    release: (_, task) => queue.release(task, 0),
    expireLeases: async () => clock.advance(visibilityMs),
    receiveDead: (name) => queue.receive(deadLetterQueueOf(name), { max: 10, visibilityMs }),
    close: async () => close(),
  };
});

describeAnnouncerContract('embedded', async () => {
  const { database, path, close } = openTemporary();
  const file = join(path, 'events.ndjson');
  const webhooks = new WebhookOutbox(database, new ManualClock(START), {
    urls: [],
    timeoutMs: 1000,
    maxTries: 1,
  });
  return {
    publisher: new FilePublisher(database, file, webhooks),
    received: async () =>
      readFileSync(file, 'utf8')
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line)),
    close: async () => close(),
  };
});
