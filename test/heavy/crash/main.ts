import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand, wholeNumber } from '../../support/command-line.ts';
import { Random } from '../../support/simulated/random.ts';
import { killAndFinish } from './kills.ts';
import { STORAGE_SCENARIOS } from './storage.ts';

const USAGE = `Usage: npm run crash-test -- [--kills N] [--images N] [--seed N]

Runs the laptop edition as a user does, and kills it with SIGKILL at random moments while images come in. Then lets it
finish: every image must be COMPLETE, told once, with outputs that decode, and nothing left behind. After that, disks
that are full, read-only or gone for a while: it must say so, live on, and come to the same end.
  --kills N    how often (default 25)
  --images N   small images of six formats (default 300)
  --seed N     other moments (default 1); timing makes each run another one all the same`;

/** Runs it in a folder of its own, which is kept where a law is broken. */
async function inFolder(name: string, run: (folder: string) => Promise<string[]>): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'darkroom-crash-'));
  const startedAt = performance.now();
  const broken = await run(folder);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
  if (broken.length > 0) {
    console.log([`${name}, ${seconds} s. Broken:`, ...broken].join('\n  '));
    console.log(`the folder is kept: ${folder}`);
    return false;
  }
  console.log(
    `${name}, ${seconds} s: every image COMPLETE and told once, every output decodes, the database sound`,
  );
  rmSync(folder, { recursive: true });
  return true;
}

await runCommand(
  USAGE,
  {
    kills: { type: 'string', default: '25' },
    images: { type: 'string', default: '300' },
    seed: { type: 'string', default: '1' },
  },
  async (values) => {
    const [kills, images] = [wholeNumber('kills', values.kills), wholeNumber('images', values.images)];
    const random = new Random(wholeNumber('seed', values.seed));
    let isSound = await inFolder('kills', async (folder) => {
      const { atWork, broken } = await killAndFinish(join(folder, 'data'), { kills, images, random });
      console.log(`${kills} kills, ${atWork} of them in the middle of a task, over ${images} images`);
      return broken;
    });
    for (const { name, run } of STORAGE_SCENARIOS) isSound = (await inFolder(name, run)) && isSound;
    return isSound ? 0 : 1;
  },
);
