import type { Deadline } from './deadline.ts';

/** The steps of the work on an image. The recipe decides which of them a run has. */
export const STEPS = [
  'inspect',
  'decode',
  'resize',
  'enhance',
  'searchEncoding',
  'encode',
  'encodeIntermediate',
  'measureDetail',
  'measureEnhance',
  'measureEncode',
] as const;
export type Step = (typeof STEPS)[number];

/** Milliseconds by step, and `total` from start to end; to a tenth. */
export type Timings = Partial<Record<Step | 'total', number>>;

/** Runs the steps of the work on one image. Each step is timed, and none starts after the deadline. */
export interface Steps {
  deadline: Deadline;
  /**
   * Times of a step that runs several times, as for the frames of an animation, are added up.
   *
   * @throws PermanentError `PROCESSING_LIMIT` when the time is over
   */
  run<T>(step: Step, work: () => Promise<T> | T): Promise<T>;
  timingsMs(): Timings;
}

export function startSteps(deadline: Deadline): Steps {
  const startedAt = performance.now();
  const timingsMs: Partial<Record<Step, number>> = {};
  return {
    deadline,
    async run(step, work) {
      deadline.check();
      const stepStartedAt = performance.now();
      const result = await work();
      timingsMs[step] = (timingsMs[step] ?? 0) + performance.now() - stepStartedAt;
      return result;
    },
    timingsMs: () => ({ ...inTenths(timingsMs), ...inTenths({ total: performance.now() - startedAt }) }),
  };
}

function inTenths(timingsMs: Timings): Timings {
  return Object.fromEntries(Object.entries(timingsMs).map(([step, ms]) => [step, Math.round(ms * 10) / 10]));
}
