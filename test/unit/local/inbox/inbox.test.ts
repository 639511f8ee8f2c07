import { mkdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TaskQueue } from '../../../../core/ports.ts';
import { openDatabase } from '../../../../local/adapters/database.ts';
import { FileStore } from '../../../../local/adapters/file-store.ts';
import { KnownFiles } from '../../../../local/adapters/known-files.ts';
import { inboxLoop } from '../../../../local/inbox/inbox-loop.ts';
import { InboxScanner } from '../../../../local/inbox/scan.ts';
import { STABLE_AFTER_MS, StableFiles } from '../../../../local/inbox/stable-files.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

describe('stable files', () => {
  const now = 1_000_000;
  const fresh = { bytes: 5, mtimeMs: now, ctimeMs: now };

  it('are files to which nothing has happened for a second', () => {
    const files = new StableFiles();
    expect(files.isStable('a', fresh, now)).toBe(false);
    expect(files.isStable('a', fresh, now + STABLE_AFTER_MS)).toBe(true);
  });

  it('do not include files that still grow, whatever their own times say', () => {
    const files = new StableFiles();
    const ahead = { mtimeMs: now + 3_600_000, ctimeMs: now + 3_600_000 };
    expect(files.isStable('a', { bytes: 5, ...ahead }, now)).toBe(false);
    expect(files.isStable('a', { bytes: 6, ...ahead }, now + STABLE_AFTER_MS)).toBe(false);
    expect(files.isStable('a', { bytes: 6, ...ahead }, now + 2 * STABLE_AFTER_MS)).toBe(true);
  });

  it('do not include files that were just moved in with old times', () => {
    expect(new StableFiles().isStable('a', { ...fresh, mtimeMs: 0 }, now)).toBe(false);
  });

  it('are forgotten when they are gone', () => {
    const files = new StableFiles();
    files.isStable('a', fresh, now);
    expect(files.countSince(now)).toBe(1);
    expect(files.countSince(now + 1)).toBe(0);
  });
});

describe('inbox', () => {
  let temporary: ReturnType<typeof temporaryFolder>;
  let database: ReturnType<typeof openDatabase>;
  let store: FileStore;
  let directory: string;
  let sent: string[];
  let scanner: InboxScanner;

  beforeEach(() => {
    temporary = temporaryFolder();
    directory = join(temporary.path, 'inbox');
    mkdirSync(directory);
    database = openDatabase(temporary.path);
    store = new FileStore(database, {
      inbox: { bucket: 'inbox', directory },
      outputs: { bucket: 'outputs', directory: join(temporary.path, 'outputs') },
      metadataOf: () => ({}),
      onSkipped: () => {},
    });
    sent = [];
    const queue: TaskQueue = {
      async send(_, bodies) {
        sent.push(...bodies.map((body) => JSON.parse(body).source.key));
      },
      backlog: async () => 0,
    };
    const known = new KnownFiles(database);
    scanner = new InboxScanner({ bucket: 'inbox', directory, store, queue, known, onError: () => {} });
  });
  afterEach(() => {
    vi.useRealTimers();
    database.close();
    temporary[Symbol.dispose]();
  });

  const never = new AbortController().signal;

  /** A file that is stable already, by the scanner's clock. */
  function put(key: string, content = key): void {
    mkdirSync(join(directory, key, '..'), { recursive: true });
    writeFileSync(join(directory, key), content);
    vi.useFakeTimers({ now: Date.now() + 2 * STABLE_AFTER_MS, toFake: ['Date'] });
  }

  it('sends each file once, whatever its name, and reads none twice', async () => {
    const keys = ['a.jpg', 'sub folder/b+c 100%.jpg', 'sub folder/deep/Ärger.jpg'];
    for (const key of keys) put(key);
    const report = await scanner.scan(never);
    expect(sent.toSorted()).toEqual(keys);
    expect(report).toMatchObject({ taken: 3, unstable: 0 });
    expect(report.folders).toEqual(new Set(['', 'sub folder', 'sub folder/deep']));

    const reads = vi.spyOn(store, 'source');
    await scanner.scan(never);
    expect(sent).toHaveLength(3);
    expect(reads).not.toHaveBeenCalled();
  });

  it('sends new content under an old name', async () => {
    put('a.jpg');
    await scanner.scan(never);
    put('a.jpg', 'new content');
    const { mtimeMs } = statSync(join(directory, 'a.jpg'));
    utimesSync(join(directory, 'a.jpg'), mtimeMs / 1000 + 1, mtimeMs / 1000 + 1);
    vi.setSystemTime(Date.now() + 3 * STABLE_AFTER_MS);
    await scanner.scan(never);
    expect(sent).toEqual(['a.jpg', 'a.jpg']);
  });

  it('waits for a file that is being written', async () => {
    writeFileSync(join(directory, 'a.jpg'), 'half');
    expect(await scanner.scan(never)).toMatchObject({ taken: 0, unstable: 1 });
    vi.useFakeTimers({ now: Date.now() + 2 * STABLE_AFTER_MS, toFake: ['Date'] });
    expect(await scanner.scan(never)).toMatchObject({ taken: 1, unstable: 0 });
  });

  it('sends a file again that a crash kept it from remembering', async () => {
    put('a.jpg');
    vi.spyOn(KnownFiles.prototype, 'remember').mockImplementationOnce(() => {
      throw new Error('killed');
    });
    await expect(scanner.scan(never)).rejects.toThrow('killed');
    await scanner.scan(never);
    expect(sent).toEqual(['a.jpg', 'a.jpg']);
  });

  it('is watched: it finds new files, also in new folders', async () => {
    const problems: unknown[] = [];
    const loop = inboxLoop({
      directory,
      scanner,
      onScanned: () => {},
      onError: (problem) => problems.push(problem),
    });
    loop.start();
    try {
      mkdirSync(join(directory, 'new'));
      writeFileSync(join(directory, 'new', 'a.jpg'), 'a');
      await vi.waitFor(() => expect(sent).toEqual(['new/a.jpg']), { timeout: 10_000, interval: 50 });
      writeFileSync(join(directory, 'new', 'b.jpg'), 'b');
      await vi.waitFor(() => expect(sent).toEqual(['new/a.jpg', 'new/b.jpg']), {
        timeout: 10_000,
        interval: 50,
      });
    } finally {
      await loop.stop();
    }
    expect(problems).toEqual([]);
  });
});
