import { createHash, hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { errnoOf, folderGone, storageError } from './storage-errors.ts';

/** What an object store would say of a file. */
export interface FileInfo {
  /** SHA-256 of the content, hex: the version and the ETag of the object. */
  hash: string;
  bytes: number;
  /** ISO 8601. */
  modifiedAt: string;
}

/** There is nothing to read at the path: no file, a folder, or a name that the file system can't hold. */
const NO_SUCH_FILE = ['ENOENT', 'ENOTDIR', 'EISDIR', 'ELOOP', 'ENAMETOOLONG', 'EINVAL'];
const CHUNK_BYTES = 256 * 1024;

/**
 * Describes a file, whose content is read in chunks. Undefined where there is no regular file.
 *
 * @throws TransientError when it can't be read
 */
export function fileInfo(path: string): Promise<FileInfo | undefined> {
  return withFile(path, async (file) => {
    const sha256 = createHash('sha256');
    let bytes = 0;
    for await (const chunk of file.createReadStream({ highWaterMark: CHUNK_BYTES, autoClose: false })) {
      sha256.update(chunk);
      bytes += chunk.length;
    }
    return { hash: sha256.digest('hex'), bytes, modifiedAt: (await file.stat()).mtime.toISOString() };
  });
}

/**
 * Reads a file. Undefined where there is no regular file.
 *
 * @throws TransientError when it can't be read
 */
export function readContent(path: string): Promise<{ body: Buffer; hash: string } | undefined> {
  return withFile(path, async (file) => {
    const body = await file.readFile();
    return { body, hash: hash('sha256', body) };
  });
}

/**
 * Opens a file, and reads it as fast as its chunks are used. Undefined where there is no regular file.
 *
 * @throws TransientError when it can't be read, also from the iterable
 */
export async function openContent(path: string): Promise<AsyncIterable<Buffer> | undefined> {
  try {
    if (!(await stat(path)).isFile()) return undefined;
    return chunksOf(path);
  } catch (error) {
    if (isNoSuchFile(error)) return undefined;
    throw storageError(error, `read ${path}`);
  }
}

/** Opened with the first chunk: nobody has to close what nobody reads. */
async function* chunksOf(path: string): AsyncGenerator<Buffer> {
  try {
    yield* createReadStream(path, { highWaterMark: CHUNK_BYTES });
  } catch (error) {
    throw storageError(error, `read ${path}`);
  }
}

/**
 * Distinguishes a missing object from a missing folder: a disk that was unplugged has lost no photo.
 *
 * @throws TransientError where the folder is not there
 */
export async function expectFolder(directory: string, action: string): Promise<void> {
  try {
    if (!(await stat(directory)).isDirectory()) throw folderGone(action);
  } catch (error) {
    throw storageError(error, action);
  }
}

export function isNoSuchFile(error: unknown): boolean {
  return NO_SUCH_FILE.includes(errnoOf(error) ?? '');
}

async function withFile<T>(path: string, work: (file: FileHandle) => Promise<T>): Promise<T | undefined> {
  try {
    // Opening a named pipe would wait forever for its other end.
    if (!(await stat(path)).isFile()) return undefined;
    const file = await open(path);
    try {
      return await work(file);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (isNoSuchFile(error)) return undefined;
    throw storageError(error, `read ${path}`);
  }
}
