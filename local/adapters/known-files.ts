import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Source } from '../../core/pipeline/record.ts';
import type { Database } from './database.ts';
import { isNoSuchFile } from './file-content.ts';
import type { FileStore } from './file-store.ts';
import { storageError } from './storage-errors.ts';

/** Shows, without reading the file, that it has not changed. */
export interface FileStamp {
  bytes: number;
  mtimeMs: number;
}

export interface KnownFile extends FileStamp {
  key: string;
  /** SHA-256 of the content, hex. */
  versionId: string;
}

/** The versions of files that were hashed, kept from one start to the next. */
export class KnownFiles {
  readonly #database: Database;
  readonly #statements: ReturnType<typeof prepare>;

  constructor(database: Database) {
    this.#database = database;
    this.#statements = prepare(database);
  }

  /** Undefined where the file is new or has changed. */
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

/** A file that has just changed may change again within the resolution of its times. */
const RACY_MS = 2000;

/**
 * The source under a key; undefined where there is none. The content is read only where the file is not known.
 *
 * @throws TransientError where it can't be read
 */
export async function findSource(
  {
    store,
    known,
    bucket,
    directory,
  }: { store: FileStore; known: KnownFiles; bucket: string; directory: string },
  key: string,
): Promise<Source | undefined> {
  const path = join(directory, key);
  try {
    const { size: bytes, mtimeMs, ctimeMs, mtime } = await stat(path);
    const versionId = known.versionOf(key, { bytes, mtimeMs });
    if (versionId !== undefined) return { bucket, key, versionId, bytes, modifiedAt: mtime.toISOString() };
    const source = await store.source(bucket, key);
    const isStable = Date.now() - Math.max(mtimeMs, ctimeMs) > RACY_MS;
    if (source && isStable) known.remember([{ key, bytes, mtimeMs, versionId: source.versionId }]);
    return source;
  } catch (error) {
    if (isNoSuchFile(error)) return undefined;
    throw storageError(error, `read ${path}`);
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
