import { Duration } from 'aws-cdk-lib';
import { type IMetric, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { AppHosting } from '../app/app-hosting.ts';
import type { Alarms } from './alarms.ts';
import type { Watched } from './watched.ts';

/** The region in which CloudFront reports, wherever its visitors are. */
export const EDGE_REGION = 'us-east-1';

const PERIOD = Duration.minutes(5);
const MAX_PERCENT = 5;

/** Requests, and percentages of errors. CDK's own metrics lack the dimension `Region`, without which there are no values. */
type EdgeMetric = 'Requests' | '4xxErrorRate' | '5xxErrorRate';

/**
 * An alarm on visitors who get errors: from the files of the app, from the APIs, or from CloudFront itself.
 *
 * An alarm reads the metrics of its own region alone, so there is one only where the deployment is known to be in that
 * of CloudFront's metrics. See ADR 14.
 */
export function watchEdge(alarms: Alarms, { config, outside }: Watched): void {
  if (config.region !== EDGE_REGION) return;
  alarms.whenAtLeast(
    { section: 'app-errors', means: `CloudFront answers ${MAX_PERCENT} % of all requests or more with 5xx.` },
    MAX_PERCENT,
    {
      metric: edgeMetric(outside.hosting, '5xxErrorRate'),
      evaluationPeriods: 3,
      datapointsToAlarm: 2,
    },
  );
}

export function edgeMetric({ distribution }: AppHosting, metricName: EdgeMetric): IMetric {
  return new Metric({
    namespace: 'AWS/CloudFront',
    metricName,
    label: metricName,
    dimensionsMap: { DistributionId: distribution.distributionId, Region: 'Global' },
    region: EDGE_REGION,
    period: PERIOD,
    statistic: metricName === 'Requests' ? Stats.SUM : Stats.AVERAGE,
  });
}
