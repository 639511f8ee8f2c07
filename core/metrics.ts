import { STEPS } from './image/steps.ts';
import type { SCHEDULES, ScheduledWorker } from './names.ts';

/**
 * The business metrics (EMF): the functions report them, and the infrastructure shows and watches them. All have the
 * dimension `service` = `darkroom`. Those of quality also have the dimension `recipe`.
 */
export const METRICS = {
  /** Each end of a run reports 1 for its own kind and 0 for the other two, so that shares can be calculated. */
  completed: 'ImagesCompleted',
  rejected: 'ImagesRejected',
  failed: 'ImagesFailed',
  /** Outputs of a run. */
  parts: 'Parts',
  bytesIn: 'BytesIn',
  bytesOut: 'BytesOut',
  /** Messages that a worker reported as failed. They come again, or become dead-letter messages. */
  messagesFailed: 'MessagesFailed',
  /** Dead-letter messages that nobody can read, or that name an unknown image. */
  unprocessableMessages: 'UnprocessableMessages',
} as const;

/** By recipe: a mean over recipes says nothing. CloudWatch charges for each pair of dimensions. */
export const QUALITY_METRICS = {
  encodeSsim: 'EncodeSsim',
  encodePsnrDb: 'EncodePsnrDb',
  detailSsim: 'DetailSsim',
  detailPsnrDb: 'DetailPsnrDb',
} as const;

/** The times of a run: each step, all work on pixels, and the run from start to end with all its waiting. */
export const TIMED_STEPS = [...STEPS, 'compute', 'total'] as const;
export type TimedStep = (typeof TIMED_STEPS)[number];

/** The milliseconds of a step: `DecodeMs`, `TotalMs`, … */
export function stepMetric(step: TimedStep): string {
  return `${capitalised(step)}Ms`;
}

/** The figures that a scheduled worker reports. */
export type Report<Worker extends ScheduledWorker> = Record<
  (typeof SCHEDULES)[Worker]['figures'][number],
  number
>;

/** One figure of a scheduled worker's report: `SweeperRepaired`, `ReconcilerIngested`, … */
export function reportMetric<Worker extends ScheduledWorker>(
  worker: Worker,
  figure: keyof Report<Worker>,
): string {
  return `${capitalised(worker)}${capitalised(figure)}`;
}

function capitalised(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}
