import type { Readable } from 'node:stream';
import { InvalidInputError, reasonOf } from '../../core/errors.ts';
import type { Source } from '../../core/pipeline/record.ts';
import type { ObjectInfo, ObjectRef, ObjectStore, ObjectStreams } from '../../core/ports.ts';
import type { Database } from './database.ts';
import { expectFolder, fileInfo, openContent, readContent } from './file-content.ts';
import type { Folder } from './folder.ts';
import { InboxFolder, type OnSkipped } from './inbox-folder.ts';
import { OutputFolder } from './output-folder.ts';
import type { UploadFolder } from './upload-folder.ts';

export interface FileStoreOptions {
  /** The folder of uploads, which must exist. Its files are read, and deleted only by `delete`. */
  inbox: { bucket: string; directory: string };
  /** The folder of outputs. A missing one is made. Neither folder may contain the other. */
  outputs: { bucket: string; directory: string };
  /** The folder of what came by upload forms, where there is one. */
  uploads?: { bucket: string; folder: UploadFolder } | undefined;
  /** The user metadata of a file of the inbox, such as `{ recipe: 'vivid' }`, which files don't have. */
  metadataOf(key: string): Record<string, string>;
  /** Called with what `versions` has to leave out, and why. */
  onSkipped: OnSkipped;
}

/** The file that is an object. */
export interface ObjectFile extends Pick<ObjectInfo, 'contentType' | 'metadata'> {
  /** Absolute. */
  path: string;
}

/** Stores objects as files. The version and the ETag of an object are the SHA-256 of its content, in hex. */
export class FileStore implements ObjectStore, ObjectStreams {
  readonly #folders: Map<string, Folder>;
  readonly #processedBucket: string;
  readonly #outputs: OutputFolder;
  readonly #onSkipped: OnSkipped;

  /** @throws TransientError where the folder of outputs can't be made */
  constructor(database: Database, options: FileStoreOptions) {
    const { inbox, outputs, uploads, metadataOf, onSkipped } = options;
    this.#processedBucket = outputs.bucket;
    this.#outputs = new OutputFolder(outputs.directory, database);
    this.#folders = new Map<string, Folder>([
      [inbox.bucket, new InboxFolder(inbox.directory, metadataOf, onSkipped)],
      [outputs.bucket, this.#outputs],
      ...(uploads ? [[uploads.bucket, uploads.folder] as const] : []),
    ]);
    this.#onSkipped = onSkipped;
  }

  async head(ref: ObjectRef): Promise<ObjectInfo | undefined> {
    return this.#look(ref, async (path, folder) => {
      const info = await fileInfo(path);
      if (info === undefined || !isMeant(ref, info.hash)) return undefined;
      const { hash, bytes, modifiedAt } = info;
      return { bytes, modifiedAt, etag: hash, ...folder.describe(ref.key) };
    });
  }

  async read(ref: ObjectRef): Promise<Buffer | undefined> {
    return this.#look(ref, async (path) => {
      const content = await readContent(path);
      return content && isMeant(ref, content.hash) ? content.body : undefined;
    });
  }

  /** Of a version, the content is read once more, to see whether it is that one. */
  async open(ref: ObjectRef): Promise<AsyncIterable<Uint8Array> | undefined> {
    return this.#look(ref, async (path) => {
      const namesContent = ref.versionId !== undefined || ref.etag !== undefined;
      const info = namesContent ? await fileInfo(path) : undefined;
      if (namesContent && (info === undefined || !isMeant(ref, info.hash))) return undefined;
      return openContent(path);
    });
  }

  async store(
    { bucket, key }: { bucket: string; key: string },
    body: Readable,
    bytes: number,
    contentType: string,
  ): Promise<void> {
    this.#expectOutputs(bucket);
    await this.#outputs.writeStream(key, body, bytes, { contentType, metadata: {} });
  }

  async write(
    { bucket, key }: { bucket: string; key: string },
    body: Buffer,
    contentType: string,
    metadata: Record<string, string> = {},
  ): Promise<void> {
    this.#expectOutputs(bucket);
    await this.#outputs.write(key, body, { contentType, metadata });
  }

  async delete(ref: ObjectRef): Promise<void> {
    const namesContent = ref.versionId !== undefined || ref.etag !== undefined;
    if (namesContent && (await this.head(ref)) === undefined) return;
    const folder = this.#folders.get(ref.bucket);
    if (folder === undefined) return;
    await expectFolder(folder.directory, `delete ${ref.key} in ${folder.directory}`);
    await folder.delete(ref.key);
  }

  /**
   * The file of an object, which may be gone; undefined where no file can have that key.
   *
   * @throws TransientError where that can't be found out
   */
  async locate({ bucket, key }: { bucket: string; key: string }): Promise<ObjectFile | undefined> {
    const folder = this.#folders.get(bucket);
    const path = await folder?.locate(key);
    return folder && path !== undefined ? { path, ...folder.describe(key) } : undefined;
  }

  async *versions(bucket: string): AsyncGenerator<Source> {
    const folder = this.#folders.get(bucket);
    if (folder === undefined) return;
    for await (const key of folder.keys()) {
      try {
        const source = await this.#sourceOf(bucket, folder, key);
        if (source) yield source;
      } catch (error) {
        await expectFolder(folder.directory, `list ${folder.directory}`);
        this.#onSkipped(key, reasonOf(error));
      }
    }
  }

  /** The object as it is now, as `versions` lists it; undefined where there is none. */
  async source(bucket: string, key: string): Promise<Source | undefined> {
    const folder = this.#folders.get(bucket);
    return folder && this.#sourceOf(bucket, folder, key);
  }

  #expectOutputs(bucket: string): void {
    if (bucket === this.#processedBucket) return;
    throw new InvalidInputError(`expected to write into ${this.#processedBucket}, received ${bucket}`);
  }

  async #sourceOf(bucket: string, folder: Folder, key: string): Promise<Source | undefined> {
    const path = await folder.locate(key);
    const info = path === undefined ? undefined : await fileInfo(path);
    if (info === undefined) return undefined;
    const { hash, bytes, modifiedAt } = info;
    return { bucket, key, versionId: hash, bytes, modifiedAt };
  }

  async #look<T>(
    { bucket, key }: ObjectRef,
    look: (path: string, folder: Folder) => Promise<T | undefined>,
  ): Promise<T | undefined> {
    const folder = this.#folders.get(bucket);
    if (folder === undefined) return undefined;
    const path = await folder.locate(key);
    const found = path === undefined ? undefined : await look(path, folder);
    if (found === undefined) await expectFolder(folder.directory, `look for ${key} in ${folder.directory}`);
    return found;
  }
}

function isMeant(ref: ObjectRef, hash: string): boolean {
  return (ref.versionId ?? hash) === hash && (ref.etag ?? hash) === hash;
}
