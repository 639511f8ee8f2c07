import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { countMessages, eventsOf } from './folder-state.ts';
import { brokenLaws } from './invariants.ts';
import { LaptopProcess } from './laptop-process.ts';
import { dropPictures } from './pictures.ts';
import { until } from './until.ts';

/** What storage does to the laptop edition while it runs: it says so, lives on, and ends its work afterwards. */
export interface StorageScenario {
  name: string;
  /** @returns the laws that are broken, in words */
  run(folder: string): Promise<string[]>;
}

const IMAGES = 40;
const SMALL_DISK_BYTES = 8 * 1024 ** 2;
/** Enough for the database to be made, not for the outputs. */
const LEFT_FREE_BYTES = 700 * 1024;

export const STORAGE_SCENARIOS: readonly StorageScenario[] = [
  { name: 'the disk is full, then it is not', run: runOutOfSpace },
  { name: 'the outputs are read-only for a while', run: forbidWriting },
  { name: 'the outputs vanish for a while', run: (folder) => takeAway(folder, 'outputs') },
  { name: 'the inbox vanishes for a while', run: (folder) => takeAway(folder, 'inbox') },
  { name: 'the whole data folder vanishes for a while', run: (folder) => takeAway(folder, '') },
];

async function runOutOfSpace(folder: string): Promise<string[]> {
  const dataDir = join(folder, 'data');
  mkdirSync(dataDir);
  mount('-t', 'tmpfs', '-o', `size=${SMALL_DISK_BYTES}`, 'tmpfs', dataDir);
  try {
    const inbox = join(dataDir, 'inbox');
    mkdirSync(inbox);
    const keys = await dropPictures(inbox, 0, IMAGES);
    const filler = join(dataDir, 'filler');
    const { bavail, bsize } = statfsSync(dataDir);
    writeFileSync(filler, Buffer.alloc(bavail * bsize - LEFT_FREE_BYTES));
    const laptop = new LaptopProcess(dataDir);
    await untilTold(laptop, 'the disk is full');
    rmSync(filler);
    return await finish(laptop, dataDir, keys);
  } finally {
    unmount(dataDir);
  }
}

async function forbidWriting(folder: string): Promise<string[]> {
  const dataDir = join(folder, 'data');
  const outputs = join(dataDir, 'outputs');
  mkdirSync(join(dataDir, 'inbox'), { recursive: true });
  mkdirSync(outputs);
  mount('--bind', outputs, outputs);
  try {
    const laptop = await startWatching(dataDir);
    mount('-o', 'remount,bind,ro', outputs);
    const keys = await dropPictures(join(dataDir, 'inbox'), 0, IMAGES);
    await untilTold(laptop, 'writing or reading is not allowed there');
    mount('-o', 'remount,bind,rw', outputs);
    return await finish(laptop, dataDir, keys);
  } finally {
    unmount(outputs);
  }
}

/** @param part of the data folder; the whole where it is empty */
async function takeAway(folder: string, part: string): Promise<string[]> {
  const dataDir = join(folder, 'data');
  const inbox = join(dataDir, 'inbox');
  mkdirSync(inbox, { recursive: true });
  const laptop = await startWatching(dataDir);
  const keys = await dropPictures(inbox, 0, IMAGES);
  const [place, elsewhere] = [join(dataDir, part), join(folder, 'elsewhere')];
  renameSync(place, elsewhere);
  await untilTold(laptop, 'the folder is not there');
  renameSync(elsewhere, place);
  return finish(laptop, dataDir, keys);
}

async function startWatching(dataDir: string): Promise<LaptopProcess> {
  const laptop = new LaptopProcess(dataDir);
  await untilTold(laptop, 'Watching');
  return laptop;
}

async function untilTold(laptop: LaptopProcess, text: string): Promise<void> {
  await until(`to be told: ${text}`, () => {
    laptop.expectAlive();
    return laptop.output.includes(text);
  });
}

async function finish(laptop: LaptopProcess, dataDir: string, keys: string[]): Promise<string[]> {
  await until('every image has ended and nothing is queued', () => {
    laptop.expectAlive();
    return eventsOf(dataDir).length >= keys.length && countMessages(dataDir) === 0;
  });
  await laptop.stop();
  return brokenLaws(dataDir, keys);
}

/** @throws Error that says what to do, where this user may not mount anything */
function mount(...args: string[]): void {
  try {
    execFileSync('mount', args, { stdio: 'pipe' });
  } catch (error) {
    const help = 'Full and read-only disks take the right to mount: be root, or run it under `unshare -rm`.';
    throw new Error(`mount ${args.join(' ')} failed. ${help}`, { cause: error });
  }
}

function unmount(directory: string): void {
  execFileSync('umount', ['--lazy', directory]);
}
