import { mkdirSync, readFileSync, rmdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TransientError } from '../../../../core/errors.ts';
import { type Database, openDatabase } from '../../../../local/adapters/database.ts';
import { FilePublisher } from '../../../../local/adapters/file-publisher.ts';
import { WebhookOutbox } from '../../../../local/adapters/webhook-outbox.ts';
import { completionWith } from '../../../support/completion-factory.ts';
import { ManualClock } from '../../../support/memory/manual-clock.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const [A, B, C] = ['a', 'b', 'c'].map((name) => completionWith(name)) as [Event, Event, Event];
type Event = ReturnType<typeof completionWith>;

describe('FilePublisher', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let database: Database;
  let file: string;
  let publisher: FilePublisher;

  beforeEach(() => {
    folder = temporaryFolder();
    file = join(folder.path, 'events.ndjson');
    database = openDatabase(join(folder.path, 'data'));
    start();
  });
  afterEach(() => {
    database.close();
    folder[Symbol.dispose]();
  });

  /** What a process does that starts on the same folder. */
  function start(): void {
    const clock = new ManualClock(new Date('2026-02-03T04:05:06.000Z'));
    const options = { urls: ['http://127.0.0.1:9/'], timeoutMs: 1000, maxTries: 1 };
    publisher = new FilePublisher(database, file, new WebhookOutbox(database, clock, options));
  }

  /** The event is stored, and the process dies before the line is marked as written. */
  function forgetLine(event: Event, endByte: number): void {
    database
      .prepare('UPDATE events SET line = ? WHERE event_id = ?')
      .run(JSON.stringify(event), event.eventId);
    database.prepare('UPDATE event_file SET end_byte = ?').run(endByte);
  }

  function linesOf(...events: Event[]): string {
    return events.map((event) => `${JSON.stringify(event)}\n`).join('');
  }

  function content(): string {
    return readFileSync(file, 'utf8');
  }

  function deliveries(): number {
    return Number(database.prepare('SELECT count(*) AS total FROM deliveries').get()?.total);
  }

  it('writes one line per event, however often it is published', async () => {
    for (const event of [A, B, A, B]) await publisher.publish(event);
    expect(content()).toBe(linesOf(A, B));
    expect(deliveries()).toBe(2);
  });

  it('remembers what it has written when it starts again', async () => {
    await publisher.publish(A);
    start();
    await publisher.publish(A);
    await publisher.publish(B);
    expect(content()).toBe(linesOf(A, B));
  });

  it('writes the line when the process died before it', async () => {
    await publisher.publish(A);
    await publisher.publish(B);
    const endByte = Buffer.byteLength(linesOf(A));
    truncateSync(file, endByte);
    forgetLine(B, endByte);
    start();
    expect(content()).toBe(linesOf(A, B));
  });

  it('writes no second line when the process died after it', async () => {
    await publisher.publish(A);
    await publisher.publish(B);
    forgetLine(B, Buffer.byteLength(linesOf(A)));
    start();
    await publisher.publish(B);
    expect(content()).toBe(linesOf(A, B));
  });

  it('replaces the line that the process died in the middle of', async () => {
    for (const torn of [1, 100, Buffer.byteLength(linesOf(B)) - 1]) {
      rmSync(file);
      await publisher.publish(A);
      forgetLine(A, 0);
      start();
      await publisher.publish(B);
      const endByte = Buffer.byteLength(linesOf(A));
      truncateSync(file, endByte + torn);
      forgetLine(B, endByte);
      start();
      expect(content()).toBe(linesOf(A, B));
    }
  });

  it('finds lines that a restored older database does not know', async () => {
    await publisher.publish(A);
    await publisher.publish(B);
    database.prepare('DELETE FROM events WHERE event_id = ?').run(B.eventId);
    database.prepare('UPDATE event_file SET end_byte = ?').run(Buffer.byteLength(linesOf(A)));
    start();
    await publisher.publish(B);
    expect(content()).toBe(linesOf(A, B));
  });

  it('continues in a new file after the user has removed the old one', async () => {
    await publisher.publish(A);
    rmSync(file);
    await publisher.publish(B);
    start();
    await publisher.publish(A);
    await publisher.publish(C);
    expect(content()).toBe(linesOf(B, C));
  });

  it('keeps lines that it did not write', async () => {
    writeFileSync(file, 'a note\n{"no": "event"}\nnull\n');
    start();
    await publisher.publish(A);
    expect(content()).toBe(`a note\n{"no": "event"}\nnull\n${linesOf(A)}`);
  });

  it('writes what it could not write, once, as soon as it can', async () => {
    await publisher.publish(A);
    rmSync(file);
    mkdirSync(file);
    await expect(publisher.publish(B)).rejects.toThrow(TransientError);
    await expect(publisher.publish(B)).rejects.toThrow(`Could not write the event file ${file}`);
    rmdirSync(file);
    await publisher.publish(C);
    expect(content().split('\n').sort()).toEqual(linesOf(B, C).split('\n').sort());
    await publisher.publish(B);
    expect(content().split('\n')).toHaveLength(3);
    expect(deliveries()).toBe(3);
  });

  it('writes no second line when the database could not mark the first as written', async () => {
    await publisher.publish(A);
    const transaction = vi.spyOn(database, 'transaction');
    transaction.mockImplementationOnce((work) => work());
    transaction.mockImplementationOnce(() => {
      throw new TransientError('DISK_FULL', 'The disk is full.');
    });
    await expect(publisher.publish(B)).rejects.toThrow('The disk is full.');
    transaction.mockRestore();
    await publisher.publish(B);
    await publisher.publish(C);
    expect(content()).toBe(linesOf(A, B, C));
  });

  it('awaits its listeners after each event is in the file', async () => {
    const seen: string[] = [];
    publisher.onPublished(async (event) => {
      await new Promise(setImmediate);
      seen.push(`${event.eventId}: ${content().includes(event.eventId)}`);
    });
    await publisher.publish(A);
    await publisher.publish(A);
    expect(seen).toEqual([`${A.eventId}: true`, `${A.eventId}: true`]);
  });
});
