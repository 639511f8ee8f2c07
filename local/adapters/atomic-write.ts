import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errnoOf, storageError } from './storage-errors.ts';

/** The folder of files that are being written, in the same file system as the others. No key has this path. */
const PARTIAL = '.partial';

/**
 * Prepares the folder for {@link writeAtomically}. Files that a killed process left half-written are removed.
 *
 * @throws TransientError where the folder can't be written
 */
export function prepareFolder(directory: string): void {
  try {
    rmSync(join(directory, PARTIAL), { recursive: true, force: true });
    mkdirSync(join(directory, PARTIAL), { recursive: true });
  } catch (error) {
    throw storageError(error, `make the folder ${directory}`);
  }
}

/**
 * Writes a file of the folder. Its path always holds the whole old content or the whole new content, even after a
 * kill or a power cut. Once the function returns, the file is on the disk.
 *
 * @param path relative to the folder
 * @throws the system's error; the path is then as it was
 */
export async function writeAtomically(directory: string, path: string, body: Buffer): Promise<void> {
  const partial = await PartialFile.open(directory);
  try {
    await partial.write(body);
    await partial.sync();
    await partial.moveTo(path);
  } finally {
    await partial.discard();
  }
}

/** A file whose content comes bit by bit, and that has no path in its folder before it is whole. */
export class PartialFile {
  readonly #directory: string;
  readonly #path: string;
  readonly #file: FileHandle;
  #isMoved = false;

  private constructor(directory: string, path: string, file: FileHandle) {
    this.#directory = directory;
    this.#path = path;
    this.#file = file;
  }

  /** @throws the system's error */
  static async open(directory: string): Promise<PartialFile> {
    const path = join(directory, PARTIAL, randomUUID());
    return new PartialFile(directory, path, await openNew(path));
  }

  /** @throws the system's error */
  async write(chunk: Buffer): Promise<void> {
    await this.#file.writeFile(chunk);
  }

  /** Nothing more will be written: waits until the content is on the disk. @throws the system's error */
  async sync(): Promise<void> {
    await this.#file.sync();
    await this.#file.close();
  }

  /**
   * Gives the synced file its path, and waits until that is on the disk.
   *
   * @param path relative to the folder
   * @throws the system's error; the path is then as it was
   */
  async moveTo(path: string): Promise<void> {
    const target = join(this.#directory, path);
    const firstMade = await mkdir(dirname(target), { recursive: true });
    await rename(this.#path, target);
    this.#isMoved = true;
    await syncFolders(dirname(target), firstMade === undefined ? dirname(target) : dirname(firstMade));
  }

  /** Removes it, unless it has its path. Never throws: the next start removes what is left. */
  async discard(): Promise<void> {
    await this.#file.close().catch(() => {});
    if (!this.#isMoved) await rm(this.#path, { force: true }).catch(() => {});
  }
}

/** Somebody may have removed the folder of partial files. It is made again, unless its parent is gone, too. */
async function openNew(path: string) {
  try {
    return await open(path, 'wx');
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
    await mkdir(dirname(path)).catch((failure) => {
      if (errnoOf(failure) !== 'EEXIST') throw failure;
    });
    return await open(path, 'wx');
  }
}

/** A name is on the disk once its folder is synced. Each folder that was just made is itself a name in its parent. */
async function syncFolders(from: string, upTo: string): Promise<void> {
  // Windows can't open a folder, and does not need it.
  if (process.platform === 'win32') return;
  for (let folder = from; ; folder = dirname(folder)) {
    const handle = await open(folder);
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (folder === upTo) return;
  }
}
