import { Duration } from 'aws-cdk-lib';
import { MathExpression, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { recipeBook } from '../../core/recipe.ts';
import type { DarkroomConfig } from '../config.ts';
import type { Alarms } from './alarms.ts';
import type { PipelineMetrics } from './pipeline-metrics.ts';

const AN_HOUR = Duration.hours(1);

/** Failed messages in a quarter of an hour; one that fails again and again comes to three in that time. */
const MANY_FAILED_MESSAGES = 10;

/** Of fewer images than this in an hour a share says nothing. */
const ENOUGH_IMAGES = 20;

/** How far from the usual a p10 has to be, in standard deviations. */
const UNUSUAL = 3;

/** Alarms of what comes of the images: failures, rejections, quality. */
export function watchOutcomes(alarms: Alarms, config: DarkroomConfig, metrics: PipelineMetrics): void {
  alarms.whenAtLeast('messages-failed', 'Many messages fail, and are tried again.', MANY_FAILED_MESSAGES, {
    metric: metrics.of('messagesFailed', { period: Duration.minutes(15) }),
  });
  alarms.whenAtLeast('failures', 'Runs have FAILED: their images wait for a redrive.', 1, {
    metric: metrics.of('failed'),
  });
  alarms.whenAtLeast('incidents', 'Messages came that nobody could read; they wait for a redrive.', 1, {
    metric: metrics.of('incidents'),
  });
  alarms.whenAtLeast(
    'rejected-share',
    `Of the images of an hour, ${config.rejectedShareAlarmPercent} % or more were rejected.`,
    config.rejectedShareAlarmPercent,
    { metric: rejectedPercent(metrics) },
  );
  alarms.whenAtLeast('uploads-missed', 'Uploads were found that no event had told of.', 1, {
    metric: metrics.ofReport('reconciler', 'ingested', { period: AN_HOUR }),
  });
  for (const recipe of recipeBook(config.recipes).keys()) {
    alarms.whenBelowUsual(
      'quality-drift',
      recipe,
      `The encoder keeps less of the images of the recipe ${recipe} than it used to.`,
      UNUSUAL,
      {
        metric: metrics.of('encodeSsim', { statistic: Stats.percentile(10), period: AN_HOUR, recipe }),
        evaluationPeriods: 3,
      },
    );
  }
}

function rejectedPercent(metrics: PipelineMetrics): MathExpression {
  return new MathExpression({
    expression: `IF(completed + rejected + failed >= ${ENOUGH_IMAGES}, 100 * rejected / (completed + rejected + failed), 0)`,
    usingMetrics: {
      completed: metrics.of('completed', { period: AN_HOUR }),
      rejected: metrics.of('rejected', { period: AN_HOUR }),
      failed: metrics.of('failed', { period: AN_HOUR }),
    },
    label: 'Rejected, %',
    period: AN_HOUR,
  });
}
