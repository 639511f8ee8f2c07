import { Duration } from 'aws-cdk-lib';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import {
  METRICS,
  QUALITY_METRICS,
  type Report,
  reportMetric,
  stepMetric,
  type TimedStep,
} from '../../core/metrics.ts';
import type { ScheduledWorker } from '../../core/names.ts';
import type { DeploymentStage } from '../config/config.ts';

/** The dimension of all business metrics; see core/metrics.ts. */
const OF_THE_WHOLE = { service: 'darkroom' };

interface Selection {
  statistic?: string;
  period?: Duration;
  label?: string;
}

/** The business metrics of one deployment, as its functions report them. */
export class PipelineMetrics {
  private readonly namespace: string;

  constructor(stage: DeploymentStage) {
    this.namespace = namespaceOf(stage);
  }

  of(name: keyof typeof METRICS, selection: Selection = {}): Metric {
    return this.metric(METRICS[name], OF_THE_WHOLE, selection);
  }

  /** A metric of the images of one recipe. */
  ofQuality(name: keyof typeof QUALITY_METRICS, recipe: string, selection: Selection): Metric {
    return this.metric(QUALITY_METRICS[name], { ...OF_THE_WHOLE, recipe }, selection);
  }

  /** Milliseconds of one step of the work on an image. */
  ofStep(step: TimedStep, selection: Selection): Metric {
    return this.metric(stepMetric(step), OF_THE_WHOLE, selection);
  }

  /** One figure of a scheduled worker's report. */
  ofReport<Worker extends ScheduledWorker>(
    worker: Worker,
    figure: keyof Report<Worker>,
    selection: Selection = {},
  ): Metric {
    return this.metric(reportMetric(worker, figure), OF_THE_WHOLE, selection);
  }

  private metric(
    metricName: string,
    dimensionsMap: Record<string, string>,
    { statistic = Stats.SUM, period = Duration.minutes(5), label = metricName }: Selection,
  ): Metric {
    return new Metric({ namespace: this.namespace, metricName, dimensionsMap, statistic, period, label });
  }
}

/** Distinguishes the deployments in one account and region. */
export function namespaceOf(stage: DeploymentStage): string {
  return `Darkroom/${stage}`;
}
