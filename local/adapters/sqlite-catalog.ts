import type { StatementSync } from 'node:sqlite';
import type { AlbumCount, ListCount, ListPage, ListPosition, ListQuery } from '../../core/listing.ts';
import type { ImageRecord, UnprocessableMessage } from '../../core/pipeline/record.ts';
import { applyChange, guardHolds } from '../../core/pipeline/record-change.ts';
import type { Catalog, Change, Guard, Upload } from '../../core/ports.ts';
import type { Amount } from '../../core/settings.ts';
import type { Database } from './database.ts';
import { imageRowStatements, recordOf, rowOf } from './image-rows.ts';
import { SqliteListing } from './sqlite-listing.ts';

const NOTHING: Amount = { count: 0, bytes: 0 };

/** Rows that are read at once. Records may change while a listing is read. */
const PAGE_ROWS = 100;

/** The catalog in the database: one row per image, with its record as JSON and the columns that are searched. */
export class SqliteCatalog implements Catalog {
  readonly #database: Database;
  readonly #statements: ReturnType<typeof prepare>;
  readonly #listing: SqliteListing;

  constructor(database: Database) {
    this.#database = database;
    this.#statements = prepare(database);
    this.#listing = new SqliteListing(database);
  }

  async get(imageId: string): Promise<ImageRecord | undefined> {
    return this.#database.run(() => this.#read(imageId));
  }

  async create(record: ImageRecord): Promise<boolean> {
    return this.#database.run(() => Number(this.#statements.insert.run(...rowOf(record)).changes) === 1);
  }

  async update(imageId: string, guard: Guard, change: Change): Promise<ImageRecord | undefined> {
    return this.#database.transaction(() => {
      const record = this.#read(imageId);
      if (record === undefined || !guardHolds(record, guard)) return undefined;
      const next = applyChange(record, change);
      this.#statements.replace.run(...rowOf(next));
      return next;
    });
  }

  async archive(record: ImageRecord): Promise<void> {
    this.#database.run(() =>
      this.#statements.archive.run(record.imageId, record.run, JSON.stringify(record)),
    );
  }

  async history(imageId: string): Promise<ImageRecord[]> {
    return this.#database.run(() => this.#statements.history.all(imageId).map(recordOf));
  }

  async forget(imageId: string, uploadId: string | undefined): Promise<void> {
    this.#database.run(() => this.#statements.forgetRuns.run(imageId));
    if (uploadId !== undefined) this.#database.run(() => this.#statements.forgetUpload.run(uploadId));
  }

  async *due(now: string): AsyncGenerator<string> {
    let [dueAt, imageId] = ['', ''];
    for (;;) {
      const rows = this.#database.run(() => this.#statements.due.all(dueAt, imageId, now, PAGE_ROWS));
      for (const row of rows) {
        [dueAt, imageId] = [String(row.due_at), String(row.image_id)];
        yield imageId;
      }
      if (rows.length < PAGE_ROWS) return;
    }
  }

  async *failed(): AsyncGenerator<string> {
    for (const [imageId] of this.#pages(this.#statements.failed)) yield imageId;
  }

  async list(query: ListQuery, after: ListPosition | undefined, limit: number): Promise<ListPage> {
    return this.#listing.list(query, after, limit);
  }

  async count(query: ListQuery): Promise<ListCount> {
    return this.#listing.count(query);
  }

  async albums(owner: string | undefined): Promise<AlbumCount[]> {
    return this.#listing.albums(owner);
  }

  async countUse(counter: string, day: string, wanted: Amount, quota: Amount): Promise<boolean> {
    return this.#database.transaction(() => {
      const row = this.#statements.quota.get(counter);
      const before = row?.day === day ? { count: Number(row.images), bytes: Number(row.bytes) } : NOTHING;
      const [count, bytes] = [before.count + wanted.count, before.bytes + wanted.bytes];
      const fits = count <= quota.count && bytes <= quota.bytes;
      if (fits) this.#statements.putQuota.run(counter, day, count, bytes);
      return fits;
    });
  }

  async putUpload(uploadId: string, { imageId, owner }: Upload): Promise<void> {
    this.#database.run(() => this.#statements.putUpload.run(uploadId, imageId, owner));
  }

  async findUpload(uploadId: string): Promise<Upload | undefined> {
    const row = this.#database.run(() => this.#statements.findUpload.get(uploadId));
    return row && { imageId: String(row.image_id), owner: String(row.owner) };
  }

  async putUnprocessableMessage(unprocessable: UnprocessableMessage): Promise<void> {
    const { messageId } = unprocessable;
    this.#database.run(() =>
      this.#statements.putUnprocessableMessage.run(messageId, JSON.stringify(unprocessable)),
    );
  }

  async *unprocessableMessages(): AsyncGenerator<UnprocessableMessage> {
    for (const [, document] of this.#pages(this.#statements.unprocessableMessages))
      yield JSON.parse(document);
  }

  async removeUnprocessableMessage(messageId: string): Promise<void> {
    this.#database.run(() => this.#statements.removeUnprocessableMessage.run(messageId));
  }

  #read(imageId: string): ImageRecord | undefined {
    const row = this.#statements.get.get(imageId);
    return row && recordOf(row);
  }

  /** The rows of a listing in the order of its key, which is the first column. */
  *#pages(statement: StatementSync): Generator<[string, string]> {
    let after = '';
    for (;;) {
      const rows = this.#database.run(() => statement.all(after, PAGE_ROWS));
      for (const row of rows) {
        after = String(row.id);
        yield [after, String(row.document)];
      }
      if (rows.length < PAGE_ROWS) return;
    }
  }
}

function prepare(database: Database) {
  return {
    get: database.prepare('SELECT document FROM images WHERE image_id = ?'),
    ...imageRowStatements(database),
    archive: database.prepare('INSERT OR REPLACE INTO runs VALUES (?, ?, ?)'),
    history: database.prepare('SELECT document FROM runs WHERE image_id = ? ORDER BY run'),
    forgetRuns: database.prepare('DELETE FROM runs WHERE image_id = ?'),
    forgetUpload: database.prepare('DELETE FROM uploaded_images WHERE upload_id = ?'),
    due: database.prepare(
      `SELECT due_at, image_id FROM images
       WHERE (due_at, image_id) > (?, ?) AND due_at <= ? ORDER BY due_at, image_id LIMIT ?`,
    ),
    failed: database.prepare(
      `SELECT image_id AS id, document FROM images WHERE state = 'FAILED' AND image_id > ? ORDER BY image_id LIMIT ?`,
    ),
    quota: database.prepare('SELECT day, images, bytes FROM upload_counts WHERE owner = ?'),
    putQuota: database.prepare('INSERT OR REPLACE INTO upload_counts VALUES (?, ?, ?, ?)'),
    putUpload: database.prepare('INSERT OR IGNORE INTO uploaded_images VALUES (?, ?, ?)'),
    findUpload: database.prepare('SELECT image_id, owner FROM uploaded_images WHERE upload_id = ?'),
    putUnprocessableMessage: database.prepare('INSERT OR IGNORE INTO unprocessable_messages VALUES (?, ?)'),
    unprocessableMessages: database.prepare(
      'SELECT message_id AS id, document FROM unprocessable_messages WHERE message_id > ? ORDER BY message_id LIMIT ?',
    ),
    removeUnprocessableMessage: database.prepare('DELETE FROM unprocessable_messages WHERE message_id = ?'),
  };
}
