import type { Result } from './result.ts';

/** What a script learns from how images ended: 1 where any FAILED, 3 where some were REJECTED, otherwise 0. */
export function exitStatusOf(results: readonly Pick<Result, 'status'>[]): number {
  if (results.some(({ status }) => status === 'FAILED')) return 1;
  return results.some(({ status }) => status === 'REJECTED') ? 3 : 0;
}
