import { Duration } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Alarms } from './alarms.ts';
import type { Watched } from './watched.ts';

const PERIOD = Duration.minutes(5);

/** One failed request may be chance. */
const SEVERAL = 5;

/** An alarm on requests that the HTTP API could not answer. The function reports them as answers, not as errors. */
export function watchApi(alarms: Alarms, { outside }: Watched): void {
  alarms.whenAtLeast(
    { section: 'api-errors', means: 'The HTTP API answers requests with 500 or 503.' },
    SEVERAL,
    {
      metric: outside.http.api.metricServerError({ statistic: Stats.SUM, period: PERIOD }),
      evaluationPeriods: 3,
      datapointsToAlarm: 2,
    },
  );
}
