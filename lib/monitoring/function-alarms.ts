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
 * How many invocations may fail in which period. Lambda counts only those that were cut off or crashed, for lack of time
 * or memory. An image that crashes its function does so three times and is then rejected, which is normal; many such
 * images are not. A failed call of the sweeper does no harm, because the next one does its work, unless all fail.
 */
const ERRORS: Record<Handler, Window & { atLeast: number }> = {
  processor: { atLeast: 6, period: QUARTER, ...ONCE },
  parts: { atLeast: 6, period: QUARTER, ...ONCE },
  sweeper: { atLeast: 1, period: MINUTES, ...THRICE },
  recorder: { atLeast: 1, period: QUARTER, ...ONCE },
  reconciler: { atLeast: 1, period: HOUR, ...ONCE },
  health: { atLeast: 1, period: MINUTES, ...THRICE },
};

/** Share of the time limit that an invocation may take before the alarm goes off. */
const NEAR_THE_LIMIT = 0.8;

/** One slow image is no reason to wake anybody. Slow images in two quarters of one hour are. */
const SLOW: Record<Handler, Window> = {
  processor: { period: QUARTER, evaluationPeriods: 4, datapointsToAlarm: 2 },
  parts: { period: QUARTER, evaluationPeriods: 4, datapointsToAlarm: 2 },
  sweeper: { period: MINUTES, ...THRICE },
  recorder: { period: QUARTER, ...ONCE },
  reconciler: { period: HOUR, ...ONCE },
  health: { period: MINUTES, ...THRICE },
};

/** A throttled call is retried within minutes. Only continued throttling is a problem. */
const THROTTLED: Window = { period: MINUTES, evaluationPeriods: 6, datapointsToAlarm: 3 };

/** Alarms on the errors that Lambda reports. A failed message is no error to Lambda. */
export function watchFunctions(alarms: Alarms, { config, workers }: Watched): void {
  for (const [name, { function: worker }] of functionsOf(workers)) {
    watchErrors(alarms, name, worker);
    watchThrottles(alarms, name, worker);
    watchDuration(alarms, name, worker, config);
  }
}

/** The functions by name, in the order in which an image meets them. */
export function functionsOf(workers: Watched['workers']): [name: Handler, worker: WorkerFunction][] {
  return Object.entries(workers) as [Handler, WorkerFunction][];
}

function watchErrors(alarms: Alarms, name: Handler, worker: LambdaFunction): void {
  const { atLeast, period, ...window } = ERRORS[name];
  alarms.whenAtLeast(
    {
      section: 'function-errors',
      of: name,
      means: `Invocations of the function ${name} crash or time out.`,
    },
    atLeast,
    { metric: worker.metricErrors({ statistic: Stats.SUM, period }), ...window },
  );
}

function watchThrottles(alarms: Alarms, name: Handler, worker: LambdaFunction): void {
  const { period, ...window } = THROTTLED;
  alarms.whenAtLeast(
    { section: 'function-throttles', of: name, means: `Invocations of the function ${name} are throttled.` },
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
      means: `Invocations of the function ${name} come close to its time limit.`,
    },
    limit * NEAR_THE_LIMIT,
    { metric: worker.metricDuration({ statistic: Stats.MAXIMUM, period }), ...window },
  );
}

/** The processor rejects an image after workTimeoutS, so it never comes close to the function's own limit. */
function timeLimitOf(name: Handler, { timeout }: LambdaFunction, config: DarkroomConfig): Duration {
  if (name === 'processor') return Duration.seconds(config.workTimeoutS);
  if (!timeout) throw new Error(`expected a time limit of the ${name}, received none`);
  return timeout;
}
