import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type CompletionEvent, completionEventSchema } from '../../../core/pipeline/messages/completion.ts';
import type { ImageRecord } from '../../../core/pipeline/record.ts';

/** The events that a data folder has told so far; a line that is just being written is left out. */
export function eventsOf(dataDir: string): CompletionEvent[] {
  return linesOf(join(dataDir, 'events.ndjson')).map((line) => completionEventSchema.parse(JSON.parse(line)));
}

/** Tasks that were done to their end, by the log. */
export function countTasksDone(dataDir: string): number {
  return linesOf(join(dataDir, 'darkroom.log')).filter((line) => line.includes('"task done"')).length;
}

/** Messages that somebody had in hand when it was killed; 0 where it was killed before it had made its tables. */
export function countInHand(dataDir: string): number {
  if (!existsSync(join(dataDir, 'darkroom.db'))) return 0;
  return query(dataDir, (sql) => {
    const isMade = sql.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'messages'").get() !== undefined;
    if (!isMade) return 0;
    return Number(sql.prepare('SELECT count(*) AS n FROM messages WHERE leased = 1').get()?.n);
  });
}

export function countMessages(dataDir: string): number {
  return query(dataDir, (sql) => Number(sql.prepare('SELECT count(*) AS n FROM messages').get()?.n));
}

export function recordsOf(dataDir: string): ImageRecord[] {
  return query(dataDir, (sql) =>
    sql
      .prepare('SELECT document FROM images')
      .all()
      .map((row) => JSON.parse(String(row.document)) as ImageRecord),
  );
}

/** What SQLite itself says of the file. */
export function checkDatabase(dataDir: string): string {
  return query(dataDir, (sql) => String(sql.prepare('PRAGMA integrity_check').get()?.integrity_check));
}

function query<T>(dataDir: string, ask: (sql: DatabaseSync) => T): T {
  const sql = new DatabaseSync(join(dataDir, 'darkroom.db'), { timeout: 5000 });
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
