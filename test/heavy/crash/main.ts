import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { oneOf, runCommand, wholeNumber } from '../../support/command-line.ts';
import { Random } from '../../support/simulated/random.ts';
import { CASES } from './cases.ts';
import type { CaseOptions, CrashCase } from './crash-case.ts';

const USAGE = `Usage: npm run crash-test -- [--case NAME] [--kills N] [--images N] [--seed N]

Runs the darkroom command as a user does, and disturbs it. Afterwards every image must be COMPLETE and published once,
every output must decode, the database must be sound, and nothing may be left over.
  --case NAME  one of these; without it, all but the last:
${CASES.map(({ name, description, images }) => `    ${name.padEnd(12)} ${description} (${images} images)`).join('\n')}
  --kills N    how often a case kills the command (default 25)
  --images N   small images of six formats (default: see the case)
  --seed N     other moments (default 1); the timing differs from run to run in any case`;

/** Runs it in a folder of its own, which is kept where an invariant is broken. */
async function isSound({ name, description, run }: CrashCase, options: CaseOptions): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'darkroom-crash-'));
  const startedAt = performance.now();
  const broken = await run(folder, options);
  const title = `${name}: ${description}, ${((performance.now() - startedAt) / 1000).toFixed(0)} s`;
  if (broken.length > 0) {
    console.log([`${title}. Broken:`, ...broken, `the folder is kept: ${folder}`].join('\n  '));
    return false;
  }
  console.log(`${title}: every image COMPLETE and published once, every output decodes, the database sound`);
  rmSync(folder, { recursive: true });
  return true;
}

await runCommand(
  USAGE,
  {
    case: { type: 'string' },
    kills: { type: 'string', default: '25' },
    images: { type: 'string' },
    seed: { type: 'string', default: '1' },
  },
  async (values) => {
    const names = CASES.map(({ name }) => name);
    const chosen = oneOf('case', values.case, names);
    const kills = wholeNumber('kills', values.kills);
    const random = new Random(wholeNumber('seed', values.seed));
    let allSound = true;
    for (const each of CASES) {
      if (chosen === undefined ? each.isOptional : each.name !== chosen) continue;
      const images = values.images === undefined ? each.images : wholeNumber('images', values.images);
      allSound = (await isSound(each, { kills, images, random })) && allSound;
    }
    return allSound ? 0 : 1;
  },
);
