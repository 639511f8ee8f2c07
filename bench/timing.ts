/** Something to measure. Its time is that of a call, or what the call returns where it measures itself. */
export interface Contender {
  title: string;
  run(): Promise<number | undefined> | number | undefined;
}

const ROUNDS = 7;

/** A contender that has taken this long altogether is not asked again. */
const STUCK_AFTER_MS = 6_000;

/**
 * The best time of each contender in milliseconds. They take turns, so that a slow moment of the machine hits all of
 * them, and the best counts, as everything that disturbs only adds.
 */
export async function race(contenders: readonly Contender[]): Promise<Map<string, number>> {
  const best = new Map<string, number>();
  const spent = new Map<string, number>();
  for (let round = 0; round < ROUNDS; round++) {
    for (const { title, run } of contenders) {
      if ((spent.get(title) ?? 0) > STUCK_AFTER_MS) continue;
      const startedAt = performance.now();
      const measuredMs = await run();
      const takenMs = performance.now() - startedAt;
      spent.set(title, (spent.get(title) ?? 0) + takenMs);
      best.set(title, Math.min(best.get(title) ?? Infinity, measuredMs ?? takenMs));
    }
  }
  return best;
}
