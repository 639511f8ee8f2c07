import type { ExportChange, ExportRecord, ExportState } from '../../core/exports/export-record.ts';
import type { ExportStore } from '../../core/ports.ts';
import type { Database } from './database.ts';

/** The exports in the database. */
export class SqliteExports implements ExportStore {
  readonly #database: Database;
  readonly #statements: ReturnType<typeof prepare>;

  constructor(database: Database) {
    this.#database = database;
    this.#statements = prepare(database);
  }

  async put(record: ExportRecord): Promise<void> {
    this.#database.run(() => this.#write(record));
  }

  async get(exportId: string): Promise<ExportRecord | undefined> {
    return this.#database.run(() => this.#read(exportId));
  }

  async update(
    exportId: string,
    from: readonly ExportState[],
    change: ExportChange,
  ): Promise<ExportRecord | undefined> {
    return this.#database.transaction(() => {
      const record = this.#read(exportId);
      if (record === undefined || !from.includes(record.state)) return undefined;
      const next = { ...record, ...change };
      this.#write(next);
      return next;
    });
  }

  /** The record says it. */
  async hold(): Promise<void> {}

  async holding(imageId: string): Promise<string[]> {
    return this.#database.run(() => this.#statements.holding.all(imageId)).map(({ id }) => String(id));
  }

  /** Ids of the exports that are kept no longer, at most a hundred. */
  expired(now: string): string[] {
    return this.#database.run(() => this.#statements.expired.all(now)).map(({ id }) => String(id));
  }

  /** A missing export is no error. */
  remove(exportId: string): void {
    this.#database.run(() => this.#statements.remove.run(exportId));
  }

  #read(exportId: string): ExportRecord | undefined {
    const row = this.#statements.get.get(exportId);
    return row && JSON.parse(String(row.document));
  }

  #write(record: ExportRecord): void {
    this.#statements.put.run(record.exportId, record.expiresAt, JSON.stringify(record));
  }
}

function prepare(database: Database) {
  return {
    get: database.prepare('SELECT document FROM exports WHERE export_id = ?'),
    put: database.prepare('INSERT OR REPLACE INTO exports VALUES (?, ?, ?)'),
    expired: database.prepare(
      'SELECT export_id AS id FROM exports WHERE expires_at <= ? ORDER BY expires_at LIMIT 100',
    ),
    // Exports are kept for a day, so there are few.
    holding: database.prepare(
      `SELECT export_id AS id FROM exports WHERE EXISTS (
         SELECT 1 FROM json_each(document, '$.items') WHERE value ->> '$.imageId' = ?)`,
    ),
    remove: database.prepare('DELETE FROM exports WHERE export_id = ?'),
  };
}
