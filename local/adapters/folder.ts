import { rm } from 'node:fs/promises';
import type { ObjectInfo } from '../../core/ports.ts';
import { isNoSuchFile } from './file-content.ts';
import { storageError } from './storage-errors.ts';

/** A bucket of the laptop edition: objects are the files of a folder. */
export interface Folder {
  readonly directory: string;
  /** The absolute path of the object's file; undefined where a file can't have this key. */
  locate(key: string): Promise<string | undefined>;
  /** What an object has besides its file. */
  describe(key: string): Pick<ObjectInfo, 'contentType' | 'metadata'>;
  delete(key: string): Promise<void>;
  /** The keys of all objects, in any order. */
  keys(): AsyncIterable<string>;
}

/**
 * Removes a file; a missing one is no error.
 *
 * @throws TransientError when it can't be removed
 */
export async function removeFile(path: string): Promise<void> {
  try {
    await rm(path);
  } catch (error) {
    if (!isNoSuchFile(error)) throw storageError(error, `delete ${path}`);
  }
}
