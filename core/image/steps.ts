import type { Deadline } from './deadline.ts';

/** Runs the steps of the work on one image: each is timed, and none starts when the time is over. */
export interface Steps {
  run<T>(name: string, step: () => Promise<T> | T): Promise<T>;
  /** Milliseconds by step so far, and `total` since the start; to a tenth. */
  timingsMs(): Record<string, number>;
}

export function startSteps(deadline: Deadline): Steps {
  const startedAt = performance.now();
  const timingsMs: Record<string, number> = {};
  return {
    async run(name, step) {
      deadline.check();
      const stepStartedAt = performance.now();
      const result = await step();
      timingsMs[name] = tenths(performance.now() - stepStartedAt);
      return result;
    },
    timingsMs: () => ({ ...timingsMs, total: tenths(performance.now() - startedAt) }),
  };
}

function tenths(ms: number): number {
  return Math.round(ms * 10) / 10;
}
