import { MetricUnit } from '@aws-lambda-powertools/metrics';
import type { CompletionEvent } from '../../core/messages/completion.ts';
import type { Announcer } from '../../core/ports.ts';
import { METRICS, stepMetric } from './metric-names.ts';
import { metrics } from './observability.ts';

/**
 * Reports the business metrics of every run that ends. The announcement is the one place that each end passes
 * through, whichever stage meets it, and it holds all the figures; a repeat after a crash is counted again.
 */
export function measuredAnnouncer(announcer: Announcer): Announcer {
  return {
    async publish(event) {
      await announcer.publish(event);
      report(event);
    },
  };
}

function report(event: CompletionEvent): void {
  const { type, recipe, source, outputs, quality, timingsMs } = event;
  metrics.addDimensions({});
  if (recipe !== null) metrics.addDimensions({ recipe });
  metrics.addMetadata('imageId', event.imageId);
  count(METRICS.completed, type === 'image.completed' ? 1 : 0);
  count(METRICS.rejected, type === 'image.rejected' ? 1 : 0);
  count(METRICS.failed, type === 'image.failed' ? 1 : 0);
  count(METRICS.parts, outputs.length);
  metrics.addMetric(METRICS.bytesIn, MetricUnit.Bytes, source.bytes);
  metrics.addMetric(METRICS.bytesOut, MetricUnit.Bytes, sum(outputs.map(({ bytes }) => bytes)));
  measure(METRICS.encodeSsim, quality?.encode.ssim);
  measure(METRICS.encodePsnrDb, quality?.encode.psnrDb);
  measure(METRICS.detailSsim, quality?.detail?.ssim);
  measure(METRICS.detailPsnrDb, quality?.detail?.psnrDb);
  for (const [step, ms] of Object.entries(timingsMs)) {
    metrics.addMetric(stepMetric(step), MetricUnit.Milliseconds, ms);
  }
  metrics.publishStoredMetrics();
}

function count(name: string, value: number): void {
  metrics.addMetric(name, MetricUnit.Count, value);
}

/** A comparison that was not made, or of identical pictures, has no figure. */
function measure(name: string, value: number | null | undefined): void {
  if (typeof value === 'number') metrics.addMetric(name, MetricUnit.NoUnit, value);
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
