import { MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Context } from 'aws-lambda';
import { type Report, reportMetric } from '../../core/metrics.ts';
import { SCHEDULES, type ScheduledWorker } from '../../core/names.ts';
import { logger, metrics, traced } from './observability.ts';

/** A Lambda handler that a schedule calls. It logs the figures of its report and reports them as metrics. */
export function scheduledHandler<Worker extends ScheduledWorker>(
  worker: Worker,
  work: () => Promise<Report<Worker>>,
) {
  return async (_event: unknown, context: Context): Promise<Report<Worker>> => {
    logger.addContext(context);
    const report = await traced(worker, '', work);
    logger.info('done', { report });
    const figures: readonly (keyof Report<Worker>)[] = SCHEDULES[worker].figures;
    for (const figure of figures) {
      metrics.addMetric(reportMetric(worker, figure), MetricUnit.Count, report[figure]);
    }
    metrics.publishStoredMetrics();
    return report;
  };
}
