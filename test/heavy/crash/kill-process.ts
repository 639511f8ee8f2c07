import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CaseOptions } from './crash-case.ts';
import { DarkroomProcess } from './darkroom-process.ts';
import type { Folders } from './folder-state.ts';
import { brokenInvariants, OutputCheck } from './invariants.ts';
import { dropPictures } from './pictures.ts';
import { until } from './until.ts';

/**
 * Kills `darkroom process` again and again while it prints results, then runs it to its end. Every command continues
 * what the one before has left, and the last prints a COMPLETE line for each image. Each prints at least one line more than
 * the one before: an image that is in hand at five deaths in a row, with nothing done in between, is rejected as what may
 * have caused them.
 */
export async function killProcess(folder: string, { kills, images, random }: CaseOptions): Promise<string[]> {
  const [inbox, outputs] = [join(folder, 'in'), join(folder, 'out')];
  mkdirSync(inbox);
  const keys = await dropPictures(inbox, 0, images);
  const command = ['process', inbox, '--out', outputs, '--json'];
  const check = new OutputCheck(outputs);
  const damaged: string[] = [];
  let killed = 0;
  let printed = 0;
  for (; killed < kills; killed += 1) {
    const darkroom = new DarkroomProcess(command);
    const planned = Math.floor(((killed + 1) * images) / (kills + 1));
    const goal = Math.max(planned, printed + 1) + random.int(0, 3);
    await until('the moment to kill', () => darkroom.hasEnded || linesOf(darkroom).length >= goal);
    if (darkroom.hasEnded) break;
    await sleep(random.int(0, 30));
    if (darkroom.hasEnded) break;
    await darkroom.kill();
    printed = linesOf(darkroom).length;
    damaged.push(...(await check.damaged()));
  }
  const darkroom = new DarkroomProcess(command);
  await darkroom.success();
  console.log(`${killed} kills over ${images} images`);
  const results = linesOf(darkroom).map((line) => JSON.parse(line));
  const complete = results.filter(({ status }) => status === 'COMPLETE');
  return [
    ...damaged,
    ...(killed < Math.min(kills, 3) ? [`expected ${kills} kills, it ended after ${killed}`] : []),
    ...(complete.length === images ? [] : [`${complete.length} COMPLETE lines of ${images} images`]),
    ...(await brokenInvariants(foldersIn(outputs), keys)),
  ];
}

function linesOf(darkroom: DarkroomProcess): string[] {
  return darkroom.stdout.split('\n').slice(0, -1);
}

/** The command keeps its state below the outputs, in one folder for each source folder. */
function foldersIn(outputs: string): Folders {
  const [state, ...others] = readdirSync(join(outputs, '.darkroom'));
  if (state === undefined || others.length > 0) throw new Error('expected the state of one source folder');
  return { state: join(outputs, '.darkroom', state), outputs };
}
