import type { Database } from './adapters/database.ts';

/** What tells, without reading it, that a file is as it was. */
export interface FileStamp {
  bytes: number;
  mtimeMs: number;
}

export interface KnownFile extends FileStamp {
  key: string;
  /** SHA-256 of the content, hex. */
  versionId: string;
}

/** The versions of files that have been hashed, kept from one start to the next. */
export class KnownFiles {
  readonly #database: Database;
  readonly #statements: ReturnType<typeof prepare>;

  constructor(database: Database) {
    this.#database = database;
    this.#statements = prepare(database);
  }

  /** Undefined where the file is new, or no longer looks as it did. */
  versionOf(key: string, { bytes, mtimeMs }: FileStamp): string | undefined {
    const row = this.#database.run(() => this.#statements.get.get(key));
    return row?.bytes === bytes && row.mtime_ms === mtimeMs ? String(row.version_id) : undefined;
  }

  remember(files: readonly KnownFile[]): void {
    this.#database.transaction(() => {
      for (const { key, bytes, mtimeMs, versionId } of files) {
        this.#statements.put.run(key, bytes, mtimeMs, versionId);
      }
    });
  }
}

function prepare(database: Database) {
  return {
    get: database.prepare('SELECT bytes, mtime_ms, version_id FROM known_files WHERE key = ?'),
    put: database.prepare(
      `INSERT INTO known_files VALUES (?, ?, ?, ?) ON CONFLICT (key) DO UPDATE
       SET bytes = excluded.bytes, mtime_ms = excluded.mtime_ms, version_id = excluded.version_id`,
    ),
  };
}
