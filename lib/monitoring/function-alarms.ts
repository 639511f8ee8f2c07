import { Duration } from 'aws-cdk-lib';
import { MathExpression, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { STAGES, type Stage } from '../../core/names.ts';
import type { Alarms } from './alarms.ts';
import type { Watched } from './watched.ts';

/** Share of its time limit that an invocation may take before somebody should know. */
const NEAR_THE_LIMIT = 0.8;

/**
 * How many invocations may fail in how long. Only those count here that did not end by themselves: out of time, out of
 * memory, crashed. One image that takes its function down does so three times in all and is then rejected, which is
 * as it should be; many are not. The sweeper makes up for a call that failed, unless all do.
 */
const ERRORS: Record<Stage, { atLeast: number; period: Duration; evaluationPeriods: number }> = {
  processor: { atLeast: 6, period: Duration.minutes(15), evaluationPeriods: 1 },
  rotation: { atLeast: 6, period: Duration.minutes(15), evaluationPeriods: 1 },
  sweeper: { atLeast: 1, period: Duration.minutes(5), evaluationPeriods: 3 },
  recorder: { atLeast: 1, period: Duration.minutes(15), evaluationPeriods: 1 },
  reconciler: { atLeast: 1, period: Duration.hours(1), evaluationPeriods: 1 },
};

/** Alarms of the functions themselves, as Lambda reports them; failed messages are no errors to Lambda. */
export function watchFunctions(alarms: Alarms, { workers }: Watched): void {
  for (const stage of STAGES) {
    const { function: worker } = workers[stage];
    const { atLeast, ...over } = ERRORS[stage];
    alarms.whenAtLeast(`${stage}-errors`, `Invocations of the ${stage} crash or are cut off.`, atLeast, {
      metric: worker.metricErrors({ statistic: Stats.SUM, period: over.period }),
      evaluationPeriods: over.evaluationPeriods,
    });
    const limitMs = worker.timeout?.toMilliseconds() ?? 0;
    alarms.whenAtLeast(
      `${stage}-duration`,
      `The ${stage} needs nearly all the time that it has.`,
      limitMs * NEAR_THE_LIMIT,
      {
        metric: worker.metricDuration({ statistic: Stats.MAXIMUM, period: over.period }),
        evaluationPeriods: over.evaluationPeriods,
      },
    );
  }
  const throttles = STAGES.map((stage) => [
    stage,
    workers[stage].function.metricThrottles({ statistic: Stats.SUM }),
  ]);
  alarms.whenAtLeast('throttles', 'Functions want to run and may not.', 1, {
    metric: new MathExpression({
      expression: STAGES.join(' + '),
      usingMetrics: Object.fromEntries(throttles),
      label: 'Throttles of all functions',
      period: Duration.minutes(5),
    }),
    evaluationPeriods: 3,
  });
}
