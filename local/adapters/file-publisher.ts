import type { CompletionEvent } from '../../core/pipeline/messages/completion.ts';
import type { EventPublisher } from '../../core/ports.ts';
import type { Database } from './database.ts';
import { appendLine, repairTail } from './event-file.ts';
import { storageError } from './storage-errors.ts';
import type { WebhookOutbox } from './webhook-outbox.ts';

/**
 * Announces by a line of JSON in a file, once for each event id, and by webhooks. An event is first kept in the
 * database with its deliveries; a kill between that and the line, or between the line and its mark, is repaired
 * before the next line is written.
 */
export class FilePublisher implements EventPublisher {
  readonly #database: Database;
  readonly #path: string;
  readonly #webhooks: WebhookOutbox;
  readonly #statements: ReturnType<typeof prepare>;
  /** Whether the database knows every line of the file. */
  #isReconciled = false;

  /** @throws TransientError where the file can't be written */
  constructor(database: Database, path: string, webhooks: WebhookOutbox) {
    this.#database = database;
    this.#path = path;
    this.#webhooks = webhooks;
    this.#statements = prepare(database);
    this.#writePending();
  }

  async publish(event: CompletionEvent): Promise<void> {
    const line = JSON.stringify(event);
    this.#database.transaction(() => {
      const isNew = Number(this.#statements.insert.run(event.eventId, line).changes) > 0;
      if (isNew) this.#webhooks.enqueue(event.eventId, line);
    });
    this.#writePending();
  }

  /** Synchronous from end to end, so that no two lines are ever under way at once. The owner of the folder writes. */
  #writePending(): void {
    if (!this.#database.isOwner) return;
    try {
      if (!this.#isReconciled) this.#reconcile();
      for (const row of this.#database.run(() => this.#statements.pending.all())) {
        this.#isReconciled = false;
        const endByte = appendLine(this.#path, String(row.line));
        this.#account([String(row.event_id)], endByte);
        this.#isReconciled = true;
      }
    } catch (error) {
      throw storageError(error, `write the event file ${this.#path}`);
    }
  }

  #reconcile(): void {
    const accounted = this.#database.run(() => Number(this.#statements.endByte.get()?.end_byte));
    const { lines, endByte } = repairTail(this.#path, accounted);
    this.#account(lines.flatMap(eventIdIn), endByte);
    this.#isReconciled = true;
  }

  /** These events stand in the file, which is accounted for up to there. */
  #account(eventIds: string[], endByte: number): void {
    this.#database.transaction(() => {
      for (const eventId of eventIds) this.#statements.written.run(eventId);
      this.#statements.setEndByte.run(endByte);
    });
  }
}

/** None where a line is no event, as the file is the user's to edit. */
function eventIdIn(line: string): string[] {
  try {
    const { eventId } = JSON.parse(line);
    return typeof eventId === 'string' ? [eventId] : [];
  } catch {
    return [];
  }
}

function prepare(database: Database) {
  return {
    insert: database.prepare('INSERT OR IGNORE INTO events VALUES (?, ?)'),
    pending: database.prepare('SELECT event_id, line FROM events WHERE line IS NOT NULL'),
    written: database.prepare(
      'INSERT INTO events VALUES (?, NULL) ON CONFLICT (event_id) DO UPDATE SET line = NULL',
    ),
    endByte: database.prepare('SELECT end_byte FROM event_file'),
    setEndByte: database.prepare('UPDATE event_file SET end_byte = ?'),
  };
}
