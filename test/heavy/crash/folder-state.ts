import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type CompletionEvent, completionEventSchema } from '../../../core/pipeline/messages/completion.ts';
import type { ImageRecord } from '../../../core/pipeline/record.ts';

/** Where one run of the command keeps its state, and where it writes. */
export interface Folders {
  /** The database, the event file and the log. */
  state: string;
  outputs: string;
}

/** The folders of `darkroom start`. */
export function foldersOf(dataDir: string): Folders {
  return { state: dataDir, outputs: join(dataDir, 'outputs') };
}

/** The events that were published so far; a line that is just being written is left out. */
export function eventsOf({ state }: Folders): CompletionEvent[] {
  return linesOf(join(state, 'events.ndjson')).map((line) => completionEventSchema.parse(JSON.parse(line)));
}

/** Tasks that were done, by the log. */
export function countTasksDone({ state }: Folders): number {
  return linesOf(join(state, 'darkroom.log')).filter((line) => line.includes('"task done"')).length;
}

/** Messages that were in hand when the process was killed; 0 where it was killed before it had made its tables. */
export function countInHand(folders: Folders): number {
  if (!existsSync(join(folders.state, 'darkroom.db'))) return 0;
  return query(folders, (sql) => {
    const isMade = sql.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'messages'").get() !== undefined;
    if (!isMade) return 0;
    return Number(sql.prepare('SELECT count(*) AS n FROM messages WHERE leased = 1').get()?.n);
  });
}

/** Messages of all queues, dead-letter messages included. */
export function countMessages(folders: Folders): number {
  return query(folders, (sql) => Number(sql.prepare('SELECT count(*) AS n FROM messages').get()?.n));
}

export function recordsOf(folders: Folders): ImageRecord[] {
  return query(folders, (sql) =>
    sql
      .prepare('SELECT document FROM images')
      .all()
      .map((row) => JSON.parse(String(row.document)) as ImageRecord),
  );
}

/** What SQLite's own check says of the database: `ok`, or what is wrong. */
export function checkDatabase(folders: Folders): string {
  return query(folders, (sql) => String(sql.prepare('PRAGMA integrity_check').get()?.integrity_check));
}

function query<T>({ state }: Folders, ask: (sql: DatabaseSync) => T): T {
  const sql = new DatabaseSync(join(state, 'darkroom.db'), { timeout: 5000 });
  try {
    return ask(sql);
  } finally {
    sql.close();
  }
}

function linesOf(path: string): string[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8').split('\n').slice(0, -1);
}
