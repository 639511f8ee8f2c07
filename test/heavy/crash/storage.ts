import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CaseOptions } from './crash-case.ts';
import { DarkroomProcess } from './darkroom-process.ts';
import { foldersOf } from './folder-state.ts';
import { brokenInvariants } from './invariants.ts';
import { dropPictures } from './pictures.ts';
import { until, untilAllEnded } from './until.ts';

const SMALL_DISK_BYTES = 8 * 1024 ** 2;
/** Enough for the database to be made, not for the outputs. */
const LEFT_FREE_BYTES = 700 * 1024;

/** Less than a lease (120 s): a task that was never released would come back by itself after that. */
const FINISH_MS = 100_000;

/** The disk is full for a while. */
export async function runOutOfSpace(folder: string, { images }: CaseOptions): Promise<string[]> {
  const dataDir = join(folder, 'data');
  mkdirSync(dataDir);
  mount('-t', 'tmpfs', '-o', `size=${SMALL_DISK_BYTES}`, 'tmpfs', dataDir);
  try {
    const inbox = join(dataDir, 'inbox');
    mkdirSync(inbox);
    const keys = await dropPictures(inbox, 0, images);
    const filler = join(dataDir, 'filler');
    const { bavail, bsize } = statfsSync(dataDir);
    writeFileSync(filler, Buffer.alloc(bavail * bsize - LEFT_FREE_BYTES));
    const darkroom = new DarkroomProcess(['start', '--data', dataDir, '--port', '0']);
    await untilPrinted(darkroom, 'the disk is full');
    rmSync(filler);
    return await finish(darkroom, dataDir, keys);
  } finally {
    unmount(dataDir);
  }
}

/** The folder of outputs is read-only for a while. */
export async function forbidWriting(folder: string, { images }: CaseOptions): Promise<string[]> {
  const dataDir = join(folder, 'data');
  const outputs = join(dataDir, 'outputs');
  mkdirSync(join(dataDir, 'inbox'), { recursive: true });
  mkdirSync(outputs);
  mount('--bind', outputs, outputs);
  try {
    const darkroom = await startWatching(dataDir);
    mount('-o', 'remount,bind,ro', outputs);
    const keys = await dropPictures(join(dataDir, 'inbox'), 0, images);
    await untilPrinted(darkroom, 'writing or reading is not allowed there');
    mount('-o', 'remount,bind,rw', outputs);
    return await finish(darkroom, dataDir, keys);
  } finally {
    unmount(outputs);
  }
}

/**
 * A folder is missing for a while.
 *
 * @param part of the data folder; the whole data folder where it is empty
 */
export async function takeAway(
  folder: string,
  part: 'outputs' | 'inbox' | '',
  { images }: CaseOptions,
): Promise<string[]> {
  const dataDir = join(folder, 'data');
  const inbox = join(dataDir, 'inbox');
  mkdirSync(inbox, { recursive: true });
  const darkroom = await startWatching(dataDir);
  const keys = await dropPictures(inbox, 0, images);
  const [path, elsewhere] = [join(dataDir, part), join(folder, 'elsewhere')];
  renameSync(path, elsewhere);
  await untilPrinted(darkroom, 'the folder is not there');
  renameSync(elsewhere, path);
  return finish(darkroom, dataDir, keys);
}

async function startWatching(dataDir: string): Promise<DarkroomProcess> {
  const darkroom = new DarkroomProcess(['start', '--data', dataDir, '--port', '0']);
  await untilPrinted(darkroom, 'Watching');
  return darkroom;
}

async function untilPrinted(darkroom: DarkroomProcess, text: string): Promise<void> {
  await until(`the message: ${text}`, () => {
    darkroom.expectAlive();
    return darkroom.output.includes(text);
  });
}

async function finish(darkroom: DarkroomProcess, dataDir: string, keys: string[]): Promise<string[]> {
  const folders = foldersOf(dataDir);
  await untilAllEnded(darkroom, folders, keys.length, FINISH_MS);
  await darkroom.stop();
  return brokenInvariants(folders, keys);
}

/** @throws Error that says what to do, where this user may not mount anything */
function mount(...args: string[]): void {
  try {
    execFileSync('mount', args, { stdio: 'pipe' });
  } catch (error) {
    const help =
      'Cases with full and read-only disks need the right to mount: be root, or run them under `unshare -rm`.';
    throw new Error(`mount ${args.join(' ')} failed. ${help}`, { cause: error });
  }
}

function unmount(directory: string): void {
  execFileSync('umount', ['--lazy', directory]);
}
