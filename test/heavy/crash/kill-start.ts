import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../../support/simulated/random.ts';
import { countInHand, countMessages, countTasksDone, eventsOf } from './folder-state.ts';
import { brokenLaws } from './invariants.ts';
import { LaptopProcess } from './laptop-process.ts';
import { dropPictures } from './pictures.ts';
import { until } from './until.ts';

/** An image is one task of the processor and three of the rotation worker. */
const TASKS_AN_IMAGE = 4;
const IDLE_MS = 8000;

export interface KillReport {
  kills: number;
  /** Kills while a task was in hand. */
  atWork: number;
  broken: string[];
}

/**
 * Kills the laptop edition again and again while images come in, then lets it finish.
 *
 * @param dataDir a folder that is not there yet
 */
export async function killAndFinish(
  dataDir: string,
  { kills, images, random }: { kills: number; images: number; random: Random },
): Promise<KillReport> {
  const inbox = join(dataDir, 'inbox');
  mkdirSync(inbox, { recursive: true });
  const keys: string[] = [];
  let atWork = 0;
  for (let kill = 1; kill <= kills; kill += 1) {
    keys.push(...(await dropPictures(inbox, keys.length, Math.ceil((images * kill) / kills))));
    const laptop = new LaptopProcess(dataDir);
    await waitForTheMoment(laptop, dataDir, { random, share: (TASKS_AN_IMAGE * images) / kills });
    await laptop.kill();
    if (countInHand(dataDir) > 0) atWork += 1;
  }
  const laptop = new LaptopProcess(dataDir);
  await until('every image has ended and nothing is queued', () => {
    laptop.expectAlive();
    return eventsOf(dataDir).length >= keys.length && countMessages(dataDir) === 0;
  });
  await laptop.stop();
  return { kills, atWork, broken: await brokenLaws(dataDir, keys) };
}

/** Now and then while it starts; else after some of its share of the work, in the middle of something. */
async function waitForTheMoment(
  laptop: LaptopProcess,
  dataDir: string,
  { random, share }: { random: Random; share: number },
): Promise<void> {
  if (random.chance(0.15)) {
    await sleep(random.int(0, 800));
    return;
  }
  const goal = countTasksDone(dataDir) + random.int(1, Math.ceil(1.5 * share));
  // Where there is not so much to do, an idle process is killed.
  const endsAt = Date.now() + IDLE_MS;
  await until('the moment to kill', () => {
    laptop.expectAlive();
    return countTasksDone(dataDir) >= goal || Date.now() > endsAt;
  });
  await sleep(random.int(0, 30));
}
