import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../../support/simulated/random.ts';
import type { CaseOptions } from './crash-case.ts';
import { DarkroomProcess } from './darkroom-process.ts';
import { countInHand, countTasksDone, type Folders, foldersOf } from './folder-state.ts';
import { brokenInvariants, OutputCheck } from './invariants.ts';
import { dropPictures } from './pictures.ts';
import { until, untilAllEnded } from './until.ts';

/** An image is one task of the processor and three of the parts worker. */
const TASKS_PER_IMAGE = 4;
const IDLE_MS = 8000;

/** Kills `darkroom start` again and again while images come in, then lets it finish. */
export async function killStart(folder: string, { kills, images, random }: CaseOptions): Promise<string[]> {
  const dataDir = join(folder, 'data');
  const inbox = join(dataDir, 'inbox');
  const folders = foldersOf(dataDir);
  mkdirSync(inbox, { recursive: true });
  const keys: string[] = [];
  const check = new OutputCheck(folders.outputs);
  const damaged: string[] = [];
  let atWork = 0;
  for (let kill = 1; kill <= kills; kill += 1) {
    keys.push(...(await dropPictures(inbox, keys.length, Math.ceil((images * kill) / kills))));
    const darkroom = new DarkroomProcess(['start', '--data', dataDir, '--port', '0']);
    await waitForTheMoment(darkroom, folders, random, (TASKS_PER_IMAGE * images) / kills);
    await darkroom.kill();
    if (countInHand(folders) > 0) atWork += 1;
    damaged.push(...(await check.damaged()));
  }
  const darkroom = new DarkroomProcess(['start', '--data', dataDir, '--port', '0']);
  await untilAllEnded(darkroom, folders, keys.length);
  await darkroom.stop();
  console.log(`${kills} kills, ${atWork} of them while a task was in hand, over ${images} images`);
  return [...damaged, ...(await brokenInvariants(folders, keys))];
}

/** Sometimes while it starts; else after a random part of its share of the tasks, in the middle of one. */
async function waitForTheMoment(
  darkroom: DarkroomProcess,
  folders: Folders,
  random: Random,
  share: number,
): Promise<void> {
  if (random.chance(0.15)) {
    await sleep(random.int(0, 800));
    return;
  }
  const goal = countTasksDone(folders) + random.int(1, Math.ceil(1.5 * share));
  // Where there is less to do, an idle process is killed.
  const endsAt = Date.now() + IDLE_MS;
  await until('the moment to kill', () => {
    darkroom.expectAlive();
    return countTasksDone(folders) >= goal || Date.now() > endsAt;
  });
  await sleep(random.int(0, 30));
}
