import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
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
  const partial = join(directory, PARTIAL, randomUUID());
  const target = join(directory, path);
  try {
    await writeSynced(partial, body);
    const firstMade = await mkdir(dirname(target), { recursive: true });
    await rename(partial, target);
    await syncFolders(dirname(target), firstMade === undefined ? dirname(target) : dirname(firstMade));
  } catch (error) {
    await rm(partial, { force: true }).catch(() => {
      // The error of the write matters more. The next start removes the file.
    });
    throw error;
  }
}

async function writeSynced(path: string, body: Buffer): Promise<void> {
  const file = await openNew(path);
  try {
    await file.writeFile(body);
    await file.sync();
  } finally {
    await file.close();
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
