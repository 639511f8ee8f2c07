import { join } from 'node:path';
import { InvalidInputError } from '../../core/errors.ts';
import type { ObjectInfo } from '../../core/ports.ts';
import { prepareFolder, writeAtomically } from './atomic-write.ts';
import type { Database } from './database.ts';
import { type Folder, removeFile } from './folder.ts';
import { foldPath, hashedPathOfKey, pathOfKey } from './output-paths.ts';
import { errnoOf, storageError } from './storage-errors.ts';

/** The path is that of a folder, or one of its folders is a file: S3 accepts both `a` and `a/b`. */
const PATH_TAKEN = ['EISDIR', 'ENOTDIR', 'EEXIST', 'ENOTEMPTY'];
const PAGE_ROWS = 100;

/** What is kept of an object beside its bytes. */
type ObjectDescription = Pick<ObjectInfo, 'contentType' | 'metadata'>;

/** The folder of outputs: objects as files under readable names. The database maps keys to paths. */
export class OutputFolder implements Folder {
  readonly directory: string;
  readonly #database: Database;
  readonly #statements: ReturnType<typeof prepare>;

  /** @throws TransientError where the folder can't be made */
  constructor(directory: string, database: Database) {
    this.directory = directory;
    this.#database = database;
    this.#statements = prepare(database);
    if (database.isOwner) prepareFolder(directory);
  }

  async locate(key: string): Promise<string | undefined> {
    const row = this.#database.run(() => this.#statements.get.get(key));
    return row && join(this.directory, String(row.path));
  }

  describe(key: string) {
    const row = this.#database.run(() => this.#statements.get.get(key));
    return { contentType: String(row?.content_type), metadata: JSON.parse(String(row?.metadata ?? '{}')) };
  }

  async write(key: string, body: Buffer, description: ObjectDescription): Promise<void> {
    // A lone surrogate has no UTF-8, so two such keys would share a path.
    if (key === '' || !key.isWellFormed()) {
      throw new InvalidInputError(`expected a key of Unicode text, received ${JSON.stringify(key)}`);
    }
    try {
      await this.#writeTo(key, body, this.#claim(key, description, [pathOfKey(key), hashedPathOfKey(key)]));
    } catch (error) {
      throw storageError(error, `write the output ${key} into ${this.directory}`);
    }
  }

  async delete(key: string): Promise<void> {
    const path = await this.locate(key);
    if (path === undefined) return;
    await removeFile(path);
    this.#database.run(() => this.#statements.remove.run(key));
  }

  async *keys(): AsyncGenerator<string> {
    let after = '';
    for (;;) {
      const rows = this.#database.run(() => this.#statements.list.all(after, PAGE_ROWS));
      for (const row of rows) {
        after = String(row.key);
        yield after;
      }
      if (rows.length < PAGE_ROWS) return;
    }
  }

  async #writeTo(key: string, body: Buffer, path: string): Promise<void> {
    try {
      await writeAtomically(this.directory, path, body);
    } catch (error) {
      const hashed = hashedPathOfKey(key);
      if (path === hashed || !PATH_TAKEN.includes(errnoOf(error) ?? '')) throw error;
      this.#database.run(() => this.#statements.move.run(hashed, foldPath(hashed), key));
      await writeAtomically(this.directory, hashed, body);
    }
  }

  /** The key's path: its present one, or the first candidate that no other key has. */
  #claim(key: string, { contentType, metadata }: ObjectDescription, candidates: [string, string]): string {
    return this.#database.transaction(() => {
      const own = this.#statements.get.get(key);
      const isFree = (path: string) => this.#statements.owner.get(foldPath(path)) === undefined;
      const path = own ? String(own.path) : isFree(candidates[0]) ? candidates[0] : candidates[1];
      this.#statements.put.run(key, path, foldPath(path), contentType, JSON.stringify(metadata));
      return path;
    });
  }
}

function prepare(database: Database) {
  return {
    get: database.prepare('SELECT path, content_type, metadata FROM objects WHERE key = ?'),
    owner: database.prepare('SELECT 1 FROM objects WHERE folded = ?'),
    put: database.prepare(
      `INSERT INTO objects (key, path, folded, content_type, metadata) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (key) DO UPDATE SET content_type = excluded.content_type, metadata = excluded.metadata`,
    ),
    move: database.prepare('UPDATE objects SET path = ?, folded = ? WHERE key = ?'),
    list: database.prepare('SELECT key FROM objects WHERE key > ? ORDER BY key LIMIT ?'),
    remove: database.prepare('DELETE FROM objects WHERE key = ?'),
  };
}
