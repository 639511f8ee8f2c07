import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { METRICS, QUALITY_METRICS, stepMetric, TIMED_STEPS } from '../../core/metrics.ts';
import type { CompletionEvent } from '../../core/pipeline/messages/completion.ts';
import type { EventPublisher } from '../../core/ports.ts';
import { metrics } from './observability.ts';

/**
 * Reports the business metrics of every run that ends. Every end is published, whichever worker causes it, and the event
 * holds all the figures. An event that is published again after a crash is counted again.
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

/** Writes one line of the log. Queries find the image and its recipe in it, too. */
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
  // A record may have steps of another release. Nothing shows their metrics.
  for (const step of TIMED_STEPS) {
    const ms = timed[step];
    if (ms !== undefined) metrics.addMetric(stepMetric(step), MetricUnit.Milliseconds, ms);
  }
  metrics.publishStoredMetrics();
}

/** Needs a second line, because all figures of a line have the same dimensions. */
function reportQuality({ imageId, recipe, quality }: CompletionEvent): void {
  if (recipe === null || quality === null) return;
  const figures: [name: string, value: number | null | undefined][] = [
    [QUALITY_METRICS.encodeSsim, quality.encode.ssim],
    [QUALITY_METRICS.encodePsnrDb, quality.encode.psnrDb],
    [QUALITY_METRICS.detailSsim, quality.detail?.ssim],
    [QUALITY_METRICS.detailPsnrDb, quality.detail?.psnrDb],
  ];
  // A comparison has no figure if it was not made, or if the pictures are identical.
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
