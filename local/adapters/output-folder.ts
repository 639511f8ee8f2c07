import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { InvalidInputError } from '../../core/errors.ts';
import type { ObjectInfo } from '../../core/ports.ts';
import { PartialFile, prepareFolder, writeAtomically } from './atomic-write.ts';
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
    expectText(key);
    await this.#writing(key, () =>
      this.#place(key, description, (path) => writeAtomically(this.directory, path, body)),
    );
  }

  /**
   * Writes what comes, chunk by chunk; the key has its old content until the last one is on the disk.
   *
   * @throws the body's own error
   */
  async writeStream(
    key: string,
    body: Readable,
    bytes: number,
    description: ObjectDescription,
  ): Promise<void> {
    expectText(key);
    const partial = await this.#writing(key, () => PartialFile.open(this.directory));
    try {
      let written = 0;
      for await (const chunk of body) {
        await this.#writing(key, () => partial.write(chunk));
        written += chunk.length;
      }
      if (written !== bytes) throw new InvalidInputError(`expected ${bytes} bytes, received ${written}`);
      await this.#writing(key, async () => {
        await partial.sync();
        await this.#place(key, description, (path) => partial.moveTo(path));
      });
    } finally {
      await partial.discard();
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

  async #writing<T>(key: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw storageError(error, `write the output ${key} into ${this.directory}`);
    }
  }

  /** Puts a file at the key's path, or at its other one. */
  async #place(
    key: string,
    description: ObjectDescription,
    putAt: (path: string) => Promise<void>,
  ): Promise<void> {
    const hashed = hashedPathOfKey(key);
    const path = this.#claim(key, description, [pathOfKey(key), hashed]);
    try {
      await putAt(path);
    } catch (error) {
      if (path === hashed || !PATH_TAKEN.includes(errnoOf(error) ?? '')) throw error;
      this.#database.run(() => this.#statements.move.run(hashed, foldPath(hashed), key));
      await putAt(hashed);
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

/** A lone surrogate has no UTF-8, so two such keys would share a path. */
function expectText(key: string): void {
  if (key === '' || !key.isWellFormed()) {
    throw new InvalidInputError(`expected a key of Unicode text, received ${JSON.stringify(key)}`);
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
