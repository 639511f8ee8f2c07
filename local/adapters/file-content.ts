import { createHash, hash } from 'node:crypto';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { errnoOf, folderGone, storageError } from './storage-errors.ts';

/** What identifies the content of a file, and its facts as an object store tells them. */
export interface FileFacts {
  /** SHA-256 of the content, hex: the version and the ETag of the object. */
  hash: string;
  bytes: number;
  /** ISO 8601. */
  modifiedAt: string;
}

/** There is nothing to read under that path: no file, a folder, or a name that the file system can't hold. */
const NO_SUCH_FILE = ['ENOENT', 'ENOTDIR', 'EISDIR', 'ELOOP', 'ENAMETOOLONG', 'EINVAL'];
const CHUNK_BYTES = 256 * 1024;

/**
 * The facts of a file, its content read in chunks; undefined where there is no regular file.
 *
 * @throws TransientError when it can't be read
 */
export function fileInfo(path: string): Promise<FileFacts | undefined> {
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
 * The content of a file and its SHA-256; undefined where there is no regular file.
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
 * Tells an object that is missing from a folder that is: a disk that was unplugged has lost no photo.
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
    // Opening a named pipe would wait for its other end for ever.
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
