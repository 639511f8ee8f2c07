import { Stryker } from '@stryker-mutator/core';
import { runCommand } from '../../support/command-line.ts';
import { LOWEST_SCORE, type Verdict, verdictOf } from './verdict.ts';

const USAGE = `Usage: npm run mutate -- [--sample | --files GLOB...]

Changes the code in small ways, one at a time, and runs the tests that cover each change. A change that no test notices
has survived. The run fails under a score of ${LOWEST_SCORE} %, and where it made no change at all.

  --sample      mutate only the protocol's own files, in a few minutes; CI runs this
  --files GLOB  mutate these files, such as core/pipeline/publish.ts`;

const ALL = [
  'core/pipeline/**/*.ts',
  'core/names.ts',
  'core/recipe.ts',
  'local/adapters/*.ts',
  'lambdas/adapters/*.ts',
];

/** What decides how a run ends. */
const SAMPLE = ['core/pipeline/transitions.ts', 'core/pipeline/publish.ts'];

await runCommand(
  USAGE,
  { sample: { type: 'boolean', default: false }, files: { type: 'string', multiple: true } },
  async ({ sample, files }) => {
    const stryker = new Stryker({
      mutate: files ?? (sample ? SAMPLE : ALL),
      // What the other checks installed there is no part of the project.
      ignorePatterns: ['.cache'],
      testRunner: 'vitest',
      plugins: ['@stryker-mutator/vitest-runner'],
      // Part of a documented option of the runner, which the options of the core do not name.
      ...{ vitest: { configFile: 'test/heavy/mutation/vitest.config.ts' } },
      coverageAnalysis: 'perTest',
      // A mutant in a constant needs the whole module loaded anew for each, which takes minutes and finds little.
      ignoreStatic: true,
      // Nearly every test loads core/recipe.ts: on two busy cores they took longer than the default of 5 minutes.
      dryRunTimeoutMinutes: 20,
      reporters: ['clear-text'],
      clearTextReporter: { reportTests: false, reportScoreTable: true, allowEmojis: false },
      tempDirName: '.cache/mutation',
    });
    const verdict = verdictOf(await stryker.runMutationTest());
    console.log(summary(verdict));
    return verdict.passed ? 0 : 1;
  },
);

function summary({ mutants, noticed, explained, missed, untried, score, passed }: Verdict): string {
  const counts =
    `${noticed} noticed, ${missed} survived, ${explained} survived with an explanation; ` +
    `${untried} more were not tried, as they run while a module is loaded`;
  return `${mutants} mutants: ${counts}. Score ${score.toFixed(1)} %, ${passed ? 'passed' : 'FAILED'} (${LOWEST_SCORE} % is needed).`;
}
