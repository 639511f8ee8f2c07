import { MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Context } from 'aws-lambda';
import { reportMetric } from '../../core/metrics.ts';
import type { WorkerName } from '../../core/names.ts';
import { logger, metrics, traced } from './observability.ts';

/** A Lambda handler that a schedule calls; the figures of its report are logged and become metrics. */
export function scheduledHandler<Report extends { [Figure in keyof Report]: number }>(
  worker: WorkerName,
  work: () => Promise<Report>,
) {
  return async (_event: unknown, context: Context): Promise<Report> => {
    logger.addContext(context);
    const report = await traced(worker, '', work);
    logger.info('done', { report });
    for (const [figure, value] of Object.entries<number>(report)) {
      metrics.addMetric(reportMetric(worker, figure), MetricUnit.Count, value);
    }
    metrics.publishStoredMetrics();
    return report;
  };
}
