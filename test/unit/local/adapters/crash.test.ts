import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { InvalidInputError } from '../../../../core/errors.ts';
import { completionEventSchema } from '../../../../core/pipeline/messages/completion.ts';
import { openDatabase } from '../../../../local/adapters/database.ts';
import { SqliteQueue } from '../../../../local/adapters/sqlite-queue.ts';
import { completionWith } from '../../../support/completion-factory.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { outputBody } from './crash-data.ts';

const WORKER = fileURLToPath(new URL('crash-worker.ts', import.meta.url));
const MESSAGES = 120;
/** A kill each, so many messages after the process has begun to work. */
const KILLS_AFTER = [1, 7, 2, 13];

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder[Symbol.dispose]());

function withQueue<T>(use: (queue: SqliteQueue) => T): T {
  const database = openDatabase(join(folder.path, 'data'));
  try {
    return use(new SqliteQueue(database, { now: () => new Date() }, { maxReceives: 50 }));
  } finally {
    database.close();
  }
}

/** Runs the worker to its end, or kills it after so many messages. */
async function runWorker(killAfter: number): Promise<{ done: number; signal: NodeJS.Signals | null }> {
  const worker = spawn(process.execPath, [WORKER, folder.path], { stdio: ['ignore', 'pipe', 'inherit'] });
  let done = 0;
  worker.stdout.on('data', (dots: Buffer) => {
    done += dots.length;
    if (done < killAfter || worker.killed) return;
    expect(() => openDatabase(join(folder.path, 'data'))).toThrow(InvalidInputError);
    worker.kill('SIGKILL');
  });
  const [code, signal] = await once(worker, 'exit');
  if (signal === null) expect(code).toBe(0);
  return { done, signal };
}

/** Every whole output, by its path. Partial ones are in a folder of their own. */
function outputs(): Map<string, string> {
  const root = join(folder.path, 'outputs', 'processed');
  return new Map(readdirSync(root).map((name) => [name, readFileSync(join(root, name), 'utf8')]));
}

it('loses nothing, doubles nothing and leaves nothing half-written when it is killed', async () => {
  const events = Array.from({ length: MESSAGES }, (_, n) => completionWith(`image ${n}`));
  const bodyOf = new Map<string, string>(
    events.map(({ eventId }, n) => [`image ${n}.jpg`, outputBody(eventId).toString()]),
  );
  await withQueue((queue) =>
    queue.send(
      'ingest',
      events.map((event) => JSON.stringify(event)),
    ),
  );

  for (const killAfter of KILLS_AFTER) {
    expect((await runWorker(killAfter)).signal).toBe('SIGKILL');
    for (const [name, body] of outputs()) expect(body === bodyOf.get(name), name).toBe(true);
  }
  const last = await runWorker(Number.POSITIVE_INFINITY);
  expect(last.signal).toBeNull();

  expect(outputs()).toEqual(bodyOf);
  expect(readdirSync(join(folder.path, 'outputs', '.partial'))).toEqual([]);
  const lines = readFileSync(join(folder.path, 'events.ndjson'), 'utf8').split('\n');
  expect(lines.pop()).toBe('');
  const published = lines.map((line) => completionEventSchema.parse(JSON.parse(line)).eventId);
  expect(published.sort()).toEqual(events.map(({ eventId }) => eventId).sort());

  const database = openDatabase(join(folder.path, 'data'));
  expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
  expect(database.prepare('SELECT count(*) AS total FROM messages').get()).toEqual({ total: 0 });
  database.close();
});
