import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errnoOf, storageError } from './storage-errors.ts';

/** Half-written files live here, in the same file system as the whole ones. No key has this path. */
const PARTIAL = '.partial';

/**
 * Makes the folder ready for {@link writeAtomically}; what a killed process left half-written is removed.
 *
 * @throws TransientError where it can't be
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
 * Writes a file of the folder so that its path shows the old content or the new, whole, whenever the process or the
 * power dies. Once it returns, the file is on the disk.
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
      // What matters is why the write failed; the leftover goes at the next start.
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

/** The folder of partial files may have been tidied away; where its parent is gone too, nothing is made anew. */
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

/** A name is durable once its folder is; each folder that was just made is a name in its parent. */
async function syncFolders(from: string, upTo: string): Promise<void> {
  // Windows opens no folders, and needs none opened.
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
