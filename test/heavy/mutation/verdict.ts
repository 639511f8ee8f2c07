import type { Stryker } from '@stryker-mutator/core';

/** The lowest share of mutants that the tests must notice, in percent. */
export const LOWEST_SCORE = 85;

type MutantResult = Awaited<ReturnType<Stryker['runMutationTest']>>[number];
type Status = MutantResult['status'];

const NOTICED: readonly Status[] = ['Killed', 'Timeout'];
const MISSED: readonly Status[] = ['Survived', 'NoCoverage'];
/**
 * A `// Stryker disable` comment at the line says why no test can notice the mutant; or it is static, and was not tried.
 *
 * @see `ignoreStatic` in main.ts
 */
const IGNORED: Status = 'Ignored';
const STATIC = /^Static mutant/;

/** What a mutation run came to. */
export interface Verdict {
  mutants: number;
  noticed: number;
  /** Survivors whose line says why they survive. They count against the score like any other. */
  explained: number;
  missed: number;
  /** Mutants of what runs once, while its module is loaded. They were not tried, so they count neither way. */
  untried: number;
  /** Percent of the mutants that were tried or explained. */
  score: number;
  passed: boolean;
}

/** Judges a run. A run without a mutant has looked at nothing, and fails. */
export function verdictOf(results: readonly Pick<MutantResult, 'status' | 'statusReason'>[]): Verdict {
  const ignored = results.filter(({ status }) => status === IGNORED);
  const untried = ignored.filter(({ statusReason = '' }) => STATIC.test(statusReason)).length;
  const count = (statuses: readonly Status[]) =>
    results.filter(({ status }) => statuses.includes(status)).length;
  const [noticed, explained, missed] = [count(NOTICED), ignored.length - untried, count(MISSED)];
  const mutants = noticed + explained + missed;
  const score = mutants === 0 ? 0 : (100 * noticed) / mutants;
  return {
    mutants,
    noticed,
    explained,
    missed,
    untried,
    score,
    passed: mutants > 0 && score >= LOWEST_SCORE,
  };
}
