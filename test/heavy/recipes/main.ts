import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand, wholeNumber } from '../../support/command-line.ts';
import { installOracle, Oracle } from '../../support/oracle/oracle.ts';
import { writeExpectations } from '../../support/recipes/kept-expectations.ts';
import { drawCase } from '../../support/recipes/recipe-case.ts';
import { expectCase } from './expect-case.ts';
import { judgeCase } from './judge-case.ts';

const USAGE = `Usage: npm run test:recipes -- [--cases N] [--seed N] [--first N] [--write]

Runs random recipes over random small pictures, and lets Pillow and scikit-image judge sizes, padding, resizing, edits,
rotations, metadata and measures of the outputs. It installs them into .cache/oracle.
  --cases N   how many (default 1000)
  --seed N    other cases (default 2); the same seed draws the same
  --first N   the number of the first case (default 0)
  --write     asks them only what they expect, and keeps that for \`npm test\``;

const KEPT = { seed: 1, cases: 400 };

async function judgeAll(
  oracle: Oracle,
  folder: string,
  seed: number,
  first: number,
  cases: number,
): Promise<number> {
  let faults = 0;
  for (let number = first; number < first + cases; number++) {
    const drawn = drawCase(seed, number);
    for (const fault of await judgeCase(oracle, folder, drawn)) {
      faults += 1;
      console.log(`case ${number} of seed ${seed}: ${fault}\n  ${JSON.stringify(drawn)}`);
    }
  }
  console.log(`${cases} cases, ${faults} faults`);
  return faults === 0 ? 0 : 1;
}

async function keepAll(oracle: Oracle, folder: string): Promise<number> {
  const vectors = [];
  for (let number = 0; number < KEPT.cases; number++) {
    vectors.push(await expectCase(oracle, folder, KEPT.seed, number));
  }
  const versions = await oracle.ask<Record<string, string>>({ ask: 'versions' });
  writeExpectations({ versions, seed: KEPT.seed, vectors });
  console.log(`${vectors.length} expectations written`);
  return 0;
}

await runCommand(
  USAGE,
  {
    cases: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '2' },
    first: { type: 'string', default: '0' },
    write: { type: 'boolean', default: false },
  },
  async ({ cases, seed, first, write }) => {
    await installOracle();
    const oracle = new Oracle();
    const folder = await mkdtemp(join(tmpdir(), 'darkroom-recipes-'));
    try {
      if (write) return await keepAll(oracle, folder);
      const range = [wholeNumber('first', first, 0), wholeNumber('cases', cases)] as const;
      return await judgeAll(oracle, folder, wholeNumber('seed', seed), ...range);
    } finally {
      oracle.stop();
      await rm(folder, { recursive: true, force: true });
    }
  },
);
