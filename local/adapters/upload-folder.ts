import { join } from 'node:path';
import { PartialFile, prepareFolder } from './atomic-write.ts';
import type { Database } from './database.ts';
import { expectFolder } from './file-content.ts';
import { type Folder, removeFile } from './folder.ts';
import { pathOfKey } from './output-paths.ts';
import { storageError } from './storage-errors.ts';

/** An upload that has been received in full. */
export interface StoredUpload {
  key: string;
  imageId: string;
  contentType: string;
  metadata: Record<string, string>;
}

const PAGE_ROWS = 100;

/** The folder of what came by upload forms: `{owner}/{uploadId}/{name}`. The database has the rest of an upload. */
export class UploadFolder implements Folder {
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
    return row && join(this.directory, pathOfUpload(key));
  }

  describe(key: string) {
    const row = this.#database.run(() => this.#statements.get.get(key));
    return { contentType: String(row?.content_type), metadata: JSON.parse(String(row?.metadata ?? '{}')) };
  }

  async delete(key: string): Promise<void> {
    await removeFile(join(this.directory, pathOfUpload(key)));
    this.#database.run(() => this.#statements.remove.run(key));
  }

  async *keys(): AsyncGenerator<string> {
    for await (const { key } of this.#rowsOf(this.#statements.list)) yield key;
  }

  /** The images that the uploads are, without a look at their files. */
  async *imageIds(): AsyncGenerator<string> {
    for await (const { imageId } of this.#rowsOf(this.#statements.list)) yield imageId;
  }

  /** The keys of uploads that the catalog does not know: the process died before it sent them to be processed. */
  async *unknownKeys(): AsyncGenerator<string> {
    for await (const { key } of this.#rowsOf(this.#statements.listUnknown)) yield key;
  }

  /** @throws TransientError where the folder can't be written */
  async begin(): Promise<PartialFile> {
    const action = `write an upload into ${this.directory}`;
    await expectFolder(this.directory, action);
    try {
      return await PartialFile.open(this.directory);
    } catch (error) {
      throw storageError(error, action);
    }
  }

  /**
   * Keeps a received file. The row is on the disk before the file has its path: a crash in between leaves a row without
   * a file, which nobody was told of, and never a file of which nobody knows the recipe.
   *
   * @throws the system's error
   */
  async keep(file: PartialFile, upload: StoredUpload): Promise<void> {
    const { key, imageId, contentType, metadata } = upload;
    this.#database.durableTransaction(() =>
      this.#statements.put.run(key, imageId, contentType, JSON.stringify(metadata)),
    );
    await file.moveTo(pathOfUpload(key));
  }

  /** The file turned out to be that image: a crash came before its new content had its path. */
  correct(key: string, imageId: string): void {
    this.#database.run(() => this.#statements.correct.run(imageId, key));
  }

  async *#rowsOf(
    statement: ReturnType<typeof prepare>['list'],
  ): AsyncGenerator<{ key: string; imageId: string }> {
    let after = '';
    for (;;) {
      const rows = this.#database.run(() => statement.all(after, PAGE_ROWS));
      for (const row of rows) {
        after = String(row.key);
        yield { key: after, imageId: String(row.image_id) };
      }
      if (rows.length < PAGE_ROWS) return;
    }
  }
}

/** Keys begin with the name of the folder itself. */
function pathOfUpload(key: string): string {
  return pathOfKey(key.replace(/^uploads\//, ''));
}

function prepare(database: Database) {
  return {
    get: database.prepare('SELECT content_type, metadata FROM uploads WHERE key = ?'),
    put: database.prepare('INSERT OR REPLACE INTO uploads VALUES (?, ?, ?, ?)'),
    correct: database.prepare('UPDATE uploads SET image_id = ? WHERE key = ?'),
    remove: database.prepare('DELETE FROM uploads WHERE key = ?'),
    list: database.prepare('SELECT key, image_id FROM uploads WHERE key > ? ORDER BY key LIMIT ?'),
    listUnknown: database.prepare(
      `SELECT key, image_id FROM uploads
       WHERE key > ? AND NOT EXISTS (SELECT 1 FROM images WHERE images.image_id = uploads.image_id)
       ORDER BY key LIMIT ?`,
    ),
  };
}
