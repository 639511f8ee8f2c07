import type { CompletionEvent } from '../../core/pipeline/messages/completion.ts';
import type { EventPublisher } from '../../core/ports.ts';
import type { Database } from './database.ts';
import { appendLine, repairTail } from './event-file.ts';
import { storageError } from './storage-errors.ts';
import type { WebhookOutbox } from './webhook-outbox.ts';

/**
 * Publishes to a file, one line of JSON for each event id, and to webhooks. The database stores an event and its
 * deliveries before the line is written. After a kill or an error in between, the next write repairs the file first.
 */
export class FilePublisher implements EventPublisher {
  readonly #database: Database;
  readonly #path: string;
  readonly #webhooks: WebhookOutbox;
  readonly #statements: ReturnType<typeof prepare>;
  readonly #listeners: ((event: CompletionEvent) => Promise<void>)[] = [];
  /** Whether the database knows every line of the file. */
  #isRepaired = false;

  /** @throws TransientError where the file can't be written */
  constructor(database: Database, path: string, webhooks: WebhookOutbox) {
    this.#database = database;
    this.#path = path;
    this.#webhooks = webhooks;
    this.#statements = prepare(database);
    this.#writePending();
  }

  /** The listener is awaited after each event that this process publishes, repeated ones included. */
  onPublished(listener: (event: CompletionEvent) => Promise<void>): void {
    this.#listeners.push(listener);
  }

  async publish(event: CompletionEvent): Promise<void> {
    const line = JSON.stringify(event);
    this.#database.transaction(() => {
      const isNew = Number(this.#statements.insert.run(event.eventId, line).changes) > 0;
      if (isNew) this.#webhooks.enqueue(event.eventId, line);
    });
    const others = this.#writePending().filter(({ eventId }) => eventId !== event.eventId);
    await this.#notify([...others, event]);
  }

  /** Publishes what another process has left here: only the owner of the folder writes the file. */
  async publishPending(): Promise<void> {
    await this.#notify(this.#writePending());
  }

  async #notify(events: readonly CompletionEvent[]): Promise<void> {
    for (const event of events) for (const listener of this.#listeners) await listener(event);
  }

  /**
   * Only the owner of the folder writes, and synchronously: no two lines are ever written at the same time.
   *
   * @returns the events that were written
   */
  #writePending(): CompletionEvent[] {
    if (!this.#database.isOwner) return [];
    try {
      if (!this.#isRepaired) this.#repair();
      return this.#database
        .run(() => this.#statements.pending.all())
        .map((row) => {
          const line = String(row.line);
          this.#markWritten([String(row.event_id)], appendLine(this.#path, line));
          return JSON.parse(line) as CompletionEvent;
        });
    } catch (error) {
      this.#isRepaired = false;
      throw storageError(error, `write the event file ${this.#path}`);
    }
  }

  /** Cuts off a line that was not completed, and records in the database the lines that it does not know. */
  #repair(): void {
    const knownBytes = this.#database.run(() => Number(this.#statements.endByte.get()?.end_byte));
    const { lines, endByte } = repairTail(this.#path, knownBytes);
    this.#markWritten(lines.flatMap(eventIdIn), endByte);
    this.#isRepaired = true;
  }

  /** These events are in the file, whose lines are known up to that byte. */
  #markWritten(eventIds: string[], endByte: number): void {
    this.#database.transaction(() => {
      for (const eventId of eventIds) this.#statements.written.run(eventId);
      this.#statements.setEndByte.run(endByte);
    });
  }
}

/** None where a line is not an event: the file is the user's to edit. */
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
