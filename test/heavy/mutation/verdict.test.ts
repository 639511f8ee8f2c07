import { describe, expect, it } from 'vitest';
import { verdictOf } from './verdict.ts';

const mutants = (
  counts: Partial<Record<'Killed' | 'Timeout' | 'Survived' | 'NoCoverage' | 'Ignored', number>>,
) =>
  Object.entries(counts).flatMap(([status, count]) =>
    Array.from({ length: count }, () => ({ status: status as keyof typeof counts })),
  );

describe('the verdict on a mutation run', () => {
  it('passes at 85 %, and counts what timed out as noticed', () => {
    const verdict = verdictOf(mutants({ Killed: 80, Timeout: 5, Survived: 10, NoCoverage: 5 }));
    expect(verdict).toMatchObject({ mutants: 100, noticed: 85, missed: 15, score: 85, passed: true });
  });

  it('fails below 85 %, and an explained survivor lowers the score as well', () => {
    expect(verdictOf(mutants({ Killed: 84, Ignored: 16 }))).toMatchObject({ score: 84, passed: false });
  });

  it('counts a mutant that was not tried neither way', () => {
    const statusReason = 'Static mutant (and "ignoreStatic" was enabled)';
    const untried = { status: 'Ignored', statusReason } as const;
    const verdict = verdictOf([...mutants({ Killed: 17, Survived: 2, Ignored: 1 }), untried, untried]);
    expect(verdict).toMatchObject({ mutants: 20, explained: 1, untried: 2, score: 85 });
    expect(verdictOf([untried])).toMatchObject({ mutants: 0, passed: false });
  });

  it('fails where there was no mutant at all', () => {
    expect(verdictOf([])).toMatchObject({ mutants: 0, passed: false });
  });
});
