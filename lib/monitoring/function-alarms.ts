import { Duration } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Handler } from '../../docker/bundle.ts';
import type { DarkroomConfig } from '../config/config.ts';
import type { WorkerFunction } from '../workers/worker-function.ts';
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
const ERRORS: Record<Handler, Window & { atLeast: number }> = {
  processor: { atLeast: 6, period: QUARTER, ...ONCE },
  parts: { atLeast: 6, period: QUARTER, ...ONCE },
  sweeper: { atLeast: 1, period: MINUTES, ...THRICE },
  recorder: { atLeast: 1, period: QUARTER, ...ONCE },
  reconciler: { atLeast: 1, period: HOUR, ...ONCE },
  health: { atLeast: 1, period: MINUTES, ...THRICE },
};

/** Share of its time that an invocation may take before somebody should know. */
const NEAR_THE_LIMIT = 0.8;

/** One slow image is no reason to wake anybody; slow images in two quarters of one hour are. */
const SLOW: Record<Handler, Window> = {
  processor: { period: QUARTER, evaluationPeriods: 4, datapointsToAlarm: 2 },
  parts: { period: QUARTER, evaluationPeriods: 4, datapointsToAlarm: 2 },
  sweeper: { period: MINUTES, ...THRICE },
  recorder: { period: QUARTER, ...ONCE },
  reconciler: { period: HOUR, ...ONCE },
  health: { period: MINUTES, ...THRICE },
};

/** A call that was refused is tried again within minutes; only where that goes on, something is wrong. */
const THROTTLED: Window = { period: MINUTES, evaluationPeriods: 6, datapointsToAlarm: 3 };

/** Alarms of the functions themselves, as Lambda reports them; failed messages are no errors to Lambda. */
export function watchFunctions(alarms: Alarms, { config, workers }: Watched): void {
  for (const [name, { function: worker }] of functionsOf(workers)) {
    watchErrors(alarms, name, worker);
    watchThrottles(alarms, name, worker);
    watchDuration(alarms, name, worker, config);
  }
}

/** By their names, in the order of the work. */
export function functionsOf(workers: Watched['workers']): [name: Handler, worker: WorkerFunction][] {
  return Object.entries(workers) as [Handler, WorkerFunction][];
}

function watchErrors(alarms: Alarms, name: Handler, worker: LambdaFunction): void {
  const { atLeast, period, ...window } = ERRORS[name];
  alarms.whenAtLeast(
    {
      section: 'function-errors',
      of: name,
      means: `Invocations of the function ${name} crash or are cut off.`,
    },
    atLeast,
    { metric: worker.metricErrors({ statistic: Stats.SUM, period }), ...window },
  );
}

function watchThrottles(alarms: Alarms, name: Handler, worker: LambdaFunction): void {
  const { period, ...window } = THROTTLED;
  alarms.whenAtLeast(
    { section: 'function-throttles', of: name, means: `Calls of the function ${name} are refused.` },
    1,
    {
      metric: worker.metricThrottles({ statistic: Stats.SUM, period }),
      ...window,
    },
  );
}

function watchDuration(alarms: Alarms, name: Handler, worker: LambdaFunction, config: DarkroomConfig): void {
  const { period, ...window } = SLOW[name];
  const limit = timeLimitOf(name, worker, config).toMilliseconds();
  alarms.whenAtLeast(
    {
      section: 'function-duration',
      of: name,
      means: `Invocations of the function ${name} need nearly all the time that they have.`,
    },
    limit * NEAR_THE_LIMIT,
    { metric: worker.metricDuration({ statistic: Stats.MAXIMUM, period }), ...window },
  );
}

/** The processor refuses an image that takes longer than the work may, so that it never comes near its own limit. */
function timeLimitOf(name: Handler, { timeout }: LambdaFunction, config: DarkroomConfig): Duration {
  if (name === 'processor') return Duration.seconds(config.workTimeoutS);
  if (!timeout) throw new Error(`expected a time limit of the ${name}, received none`);
  return timeout;
}
