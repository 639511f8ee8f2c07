import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { completionEventSchema } from '../../../../core/pipeline/messages/completion.ts';
import { openDatabase } from '../../../../local/adapters/database.ts';
import { FilePublisher } from '../../../../local/adapters/file-publisher.ts';
import { FileStore } from '../../../../local/adapters/file-store.ts';
import { SqliteQueue } from '../../../../local/adapters/sqlite-queue.ts';
import { WebhookOutbox } from '../../../../local/adapters/webhook-outbox.ts';
import { outputBody } from './crash-data.ts';

/*
 * A process to kill, started by crash.test.ts on a data folder. For each message, which is an event, it writes the
 * event's output and publishes it; then it acknowledges. It prints a dot a message, and ends when there are no more.
 */

const WORKERS = 3;
const [, , directory = ''] = process.argv;
const clock = { now: () => new Date() };
const database = openDatabase(join(directory, 'data'));
const store = new FileStore(database, {
  inbox: { bucket: 'inbox', directory: join(directory, 'inbox') },
  outputs: { bucket: 'outputs', directory: join(directory, 'outputs') },
  metadataOf: () => ({}),
  onSkipped: () => {},
});
const webhooks = new WebhookOutbox(database, clock, { urls: [], timeoutMs: 1, maxTries: 1 });
const publisher = new FilePublisher(database, join(directory, 'events.ndjson'), webhooks);
const queue = new SqliteQueue(database, clock, { maxReceives: 50 });
queue.releaseAll();

async function work(): Promise<void> {
  while ((await queue.backlog('ingest')) > 0) {
    const [task] = await queue.receive('ingest', { max: 1, visibilityMs: 60_000 });
    if (task === undefined) {
      await setTimeout(1);
      continue;
    }
    const event = completionEventSchema.parse(JSON.parse(task.body));
    for (const { bucket, key, contentType } of event.outputs) {
      await store.write({ bucket, key }, outputBody(event.eventId), contentType);
    }
    await publisher.publish(event);
    await queue.acknowledge(task);
    process.stdout.write('.');
  }
}

await Promise.all(Array.from({ length: WORKERS }, work));
database.close();
