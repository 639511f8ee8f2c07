import type { Stryker } from '@stryker-mutator/core';

/** The lowest share of mutants that the tests must notice, in percent. */
export const LOWEST_SCORE = 85;

type MutantResult = Awaited<ReturnType<Stryker['runMutationTest']>>[number];
type Status = MutantResult['status'];

const NOTICED: readonly Status[] = ['Killed', 'Timeout'];
const MISSED: readonly Status[] = ['Survived', 'NoCoverage'];
/** A `// Stryker disable` comment at the line says why no test can notice the mutant. */
const EXPLAINED: Status = 'Ignored';

/** What a mutation run came to. */
export interface Verdict {
  mutants: number;
  noticed: number;
  /** Survivors whose line says why they survive. They count against the score like any other. */
  explained: number;
  missed: number;
  /** Percent of all mutants that compile. */
  score: number;
  passed: boolean;
}

/** Judges a run. A run without a mutant has looked at nothing, and fails. */
export function verdictOf(results: readonly Pick<MutantResult, 'status'>[]): Verdict {
  const count = (statuses: readonly Status[]) =>
    results.filter(({ status }) => statuses.includes(status)).length;
  const [noticed, explained, missed] = [count(NOTICED), count([EXPLAINED]), count(MISSED)];
  const mutants = noticed + explained + missed;
  const score = mutants === 0 ? 0 : (100 * noticed) / mutants;
  return { mutants, noticed, explained, missed, score, passed: mutants > 0 && score >= LOWEST_SCORE };
}
