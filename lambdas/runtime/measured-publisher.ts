import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { METRICS, QUALITY_METRICS, stepMetric, TIMED_STEPS } from '../../core/metrics.ts';
import type { CompletionEvent } from '../../core/pipeline/messages/completion.ts';
import type { EventPublisher } from '../../core/ports.ts';
import { metrics } from './observability.ts';

/**
 * Reports the business metrics of every run that ends. The announcement is the one place that each end passes
 * through, whichever stage meets it, and it holds all the figures; a repeat after a crash is counted again.
 */
export function measuredPublisher(publisher: EventPublisher): EventPublisher {
  return {
    async publish(event) {
      await publisher.publish(event);
      reportRun(event);
      reportQuality(event);
    },
  };
}

/** One line of the log, in which queries also find the image and its recipe. */
function reportRun({ type, imageId, recipe, source, outputs, timingsMs, computeMs }: CompletionEvent): void {
  metrics.addMetadata('imageId', imageId);
  if (recipe !== null) metrics.addMetadata('recipe', recipe);
  count(METRICS.completed, type === 'image.completed' ? 1 : 0);
  count(METRICS.rejected, type === 'image.rejected' ? 1 : 0);
  count(METRICS.failed, type === 'image.failed' ? 1 : 0);
  count(METRICS.parts, outputs.length);
  metrics.addMetric(METRICS.bytesIn, MetricUnit.Bytes, source.bytes);
  metrics.addMetric(METRICS.bytesOut, MetricUnit.Bytes, sum(outputs.map(({ bytes }) => bytes)));
  const timed: Record<string, number> = { ...timingsMs, compute: computeMs };
  // Steps of another release stay in the record alone: nobody watches their metrics.
  for (const step of TIMED_STEPS) {
    const ms = timed[step];
    if (ms !== undefined) metrics.addMetric(stepMetric(step), MetricUnit.Milliseconds, ms);
  }
  metrics.publishStoredMetrics();
}

/** A line of its own, as all figures of a line have the same dimensions. */
function reportQuality({ imageId, recipe, quality }: CompletionEvent): void {
  if (recipe === null || quality === null) return;
  const figures: [name: string, value: number | null | undefined][] = [
    [QUALITY_METRICS.encodeSsim, quality.encode.ssim],
    [QUALITY_METRICS.encodePsnrDb, quality.encode.psnrDb],
    [QUALITY_METRICS.detailSsim, quality.detail?.ssim],
    [QUALITY_METRICS.detailPsnrDb, quality.detail?.psnrDb],
  ];
  // A comparison that was not made, or of identical pictures, has no figure.
  const measured = figures.flatMap(([name, value]) => (typeof value === 'number' ? [{ name, value }] : []));
  if (measured.length === 0) return;
  metrics.addMetadata('imageId', imageId);
  metrics.addDimension('recipe', recipe);
  for (const { name, value } of measured) metrics.addMetric(name, MetricUnit.NoUnit, value);
  metrics.publishStoredMetrics();
}

function count(name: string, value: number): void {
  metrics.addMetric(name, MetricUnit.Count, value);
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
