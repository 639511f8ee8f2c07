import { Duration } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { STAGES, type Stage } from '../../core/names.ts';
import type { DarkroomConfig } from '../config.ts';
import type { StageFunction } from '../stage-function.ts';
import type { Alarms } from './alarms.ts';
import type { Watched } from './watched.ts';

const MINUTES = Duration.minutes(5);
const QUARTER = Duration.minutes(15);
const HOUR = Duration.hours(1);

interface Window {
  period: Duration;
  evaluationPeriods: number;
  datapointsToAlarm: number;
}

const ONCE = { evaluationPeriods: 1, datapointsToAlarm: 1 };
const THRICE = { evaluationPeriods: 3, datapointsToAlarm: 3 };

/**
 * How many invocations may fail in how long. Only those count here that did not end by themselves: out of time, out of
 * memory, crashed. One image that takes its function down does so three times in all and is then rejected, which is
 * as it should be; many are not. The sweeper makes up for a call that failed, unless all do.
 */
const ERRORS: Record<Stage, Window & { atLeast: number }> = {
  processor: { atLeast: 6, period: QUARTER, ...ONCE },
  rotation: { atLeast: 6, period: QUARTER, ...ONCE },
  sweeper: { atLeast: 1, period: MINUTES, ...THRICE },
  recorder: { atLeast: 1, period: QUARTER, ...ONCE },
  reconciler: { atLeast: 1, period: HOUR, ...ONCE },
};

/** Share of its time that an invocation may take before somebody should know. */
const NEAR_THE_LIMIT = 0.8;

/** One slow image is no reason to wake anybody; slow images in two quarters of one hour are. */
const SLOW: Record<Stage, Window> = {
  processor: { period: QUARTER, evaluationPeriods: 4, datapointsToAlarm: 2 },
  rotation: { period: QUARTER, evaluationPeriods: 4, datapointsToAlarm: 2 },
  sweeper: { period: MINUTES, ...THRICE },
  recorder: { period: QUARTER, ...ONCE },
  reconciler: { period: HOUR, ...ONCE },
};

/** A call that was refused is tried again within minutes; only where that goes on, something is wrong. */
const THROTTLED: Window = { period: MINUTES, evaluationPeriods: 6, datapointsToAlarm: 3 };

/** Alarms of the functions themselves, as Lambda reports them; failed messages are no errors to Lambda. */
export function watchFunctions(alarms: Alarms, { config, workers }: Watched): void {
  for (const stage of STAGES) {
    const worker = workers[stage].function;
    const { atLeast, period, ...window } = ERRORS[stage];
    alarms.whenAtLeast(
      { section: 'function-errors', of: stage, means: `Invocations of the ${stage} crash or are cut off.` },
      atLeast,
      { metric: worker.metricErrors({ statistic: Stats.SUM, period }), ...window },
    );
    watchThrottles(alarms, stage, workers[stage]);
    watchDuration(alarms, stage, workers[stage], config);
  }
}

function watchThrottles(alarms: Alarms, stage: Stage, worker: StageFunction): void {
  const { period, ...window } = THROTTLED;
  alarms.whenAtLeast(
    { section: 'function-throttles', of: stage, means: `The ${stage} is called and may not run.` },
    1,
    { metric: worker.function.metricThrottles({ statistic: Stats.SUM, period }), ...window },
  );
}

function watchDuration(alarms: Alarms, stage: Stage, worker: StageFunction, config: DarkroomConfig): void {
  const { period, ...window } = SLOW[stage];
  const limit = timeLimitOf(stage, worker, config).toMilliseconds();
  alarms.whenAtLeast(
    { section: 'function-duration', of: stage, means: `The ${stage} needs nearly all the time that it has.` },
    limit * NEAR_THE_LIMIT,
    { metric: worker.function.metricDuration({ statistic: Stats.MAXIMUM, period }), ...window },
  );
}

/** The processor refuses an image that takes longer than the work may, so that it never comes near its own limit. */
function timeLimitOf(stage: Stage, worker: StageFunction, config: DarkroomConfig): Duration {
  if (stage === 'processor') return Duration.seconds(config.workTimeoutS);
  const { timeout } = worker.function;
  if (!timeout) throw new Error(`expected a time limit of the ${stage}, received none`);
  return timeout;
}
