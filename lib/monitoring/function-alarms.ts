import { Duration } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Handler } from '../../docker/bundle.ts';
import type { WorkerFunction } from '../workers/worker-function.ts';
import type { Alarms } from './alarms.ts';
import type { Watched } from './watched.ts';

/** Share of the time limit that an invocation may take before the alarm goes off. */
const NEAR_THE_LIMIT = 0.8;

/** A throttled call is retried within minutes. Only continued throttling is a problem. */
const THROTTLED = { period: Duration.minutes(5), evaluationPeriods: 6, datapointsToAlarm: 3 };

/** Alarms on the errors that Lambda reports. A failed message is no error to Lambda. */
export function watchFunctions(alarms: Alarms, { workers }: Watched): void {
  for (const [name, worker] of functionsOf(workers)) {
    watchErrors(alarms, name, worker);
    watchThrottles(alarms, name, worker);
    watchDuration(alarms, name, worker);
  }
}

/** The functions by name, in the order in which an image meets them. */
export function functionsOf(workers: Watched['workers']): [name: Handler, worker: WorkerFunction][] {
  return Object.entries(workers) as [Handler, WorkerFunction][];
}

function watchErrors(alarms: Alarms, name: Handler, worker: WorkerFunction): void {
  const { atLeast, period, ...window } = worker.alarms.errors;
  alarms.whenAtLeast(
    {
      section: 'function-errors',
      of: name,
      means: `Invocations of the function ${name} crash or time out.`,
    },
    atLeast,
    { metric: worker.function.metricErrors({ statistic: Stats.SUM, period }), ...window },
  );
}

function watchThrottles(alarms: Alarms, name: Handler, worker: WorkerFunction): void {
  const { period, ...window } = THROTTLED;
  alarms.whenAtLeast(
    { section: 'function-throttles', of: name, means: `Invocations of the function ${name} are throttled.` },
    1,
    {
      metric: worker.function.metricThrottles({ statistic: Stats.SUM, period }),
      ...window,
    },
  );
}

function watchDuration(alarms: Alarms, name: Handler, worker: WorkerFunction): void {
  const { limitS = worker.timeoutS, period, ...window } = worker.alarms.slow;
  alarms.whenAtLeast(
    {
      section: 'function-duration',
      of: name,
      means: `Invocations of the function ${name} come close to its time limit.`,
    },
    limitS * 1000 * NEAR_THE_LIMIT,
    { metric: worker.function.metricDuration({ statistic: Stats.MAXIMUM, period }), ...window },
  );
}
