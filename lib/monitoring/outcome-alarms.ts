import { Duration } from 'aws-cdk-lib';
import { MathExpression, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { recipeBook } from '../../core/recipe.ts';
import type { DarkroomConfig } from '../config/config.ts';
import type { Alarms } from './alarms.ts';
import type { PipelineMetrics } from './pipeline-metrics.ts';

const QUARTER = Duration.minutes(15);
const AN_HOUR = Duration.hours(1);

/** Failed messages in a quarter of an hour. One message that always fails accounts for three of them. */
const MANY_FAILED_MESSAGES = 10;

/** Of fewer images in an hour, a share means nothing. */
const ENOUGH_IMAGES = 20;

/** How far below its usual range a p10 must be, in standard deviations. */
const UNUSUAL = 3;

/** Alarms on the outcomes of images: failures, rejections, quality. */
export function watchOutcomes(alarms: Alarms, config: DarkroomConfig, metrics: PipelineMetrics): void {
  alarms.whenAtLeast(
    { section: 'messages-failed', means: 'Many messages fail and are retried.' },
    MANY_FAILED_MESSAGES,
    { metric: metrics.of('messagesFailed', { period: QUARTER }) },
  );
  alarms.whenAtLeast(
    { section: 'failures', means: 'Runs have FAILED: their images wait for a redrive.' },
    1,
    { metric: metrics.of('failed') },
  );
  alarms.whenAtLeast(
    {
      section: 'unprocessable-messages',
      means: 'Messages came that are unreadable or about an unknown image; they wait for a redrive.',
    },
    1,
    { metric: metrics.of('unprocessableMessages') },
  );
  const percent = config.rejectedShareAlarmPercent;
  alarms.whenAtLeast(
    { section: 'rejected-share', means: `Of the images of an hour, ${percent} % or more were rejected.` },
    percent,
    { metric: rejectedPercent(metrics) },
  );
  alarms.whenAtLeast(
    { section: 'uploads-missed', means: 'The reconciler found uploads for which no event had come.' },
    1,
    { metric: metrics.ofReport('reconciler', 'ingested', { period: AN_HOUR }) },
  );
  watchQuality(alarms, config, metrics);
}

/** Watches three hours in a row: of few images, the p10 of one hour is just the worst image. */
function watchQuality(alarms: Alarms, config: DarkroomConfig, metrics: PipelineMetrics): void {
  for (const recipe of recipeBook(config.recipes, config.labels).keys()) {
    const means = `The encoder keeps less of the images of the recipe ${recipe} than it used to.`;
    alarms.whenBelowUsual({ section: 'quality-drift', of: recipe, means }, UNUSUAL, {
      metric: metrics.ofQuality('encodeSsim', recipe, { statistic: Stats.percentile(10), period: AN_HOUR }),
      evaluationPeriods: 3,
    });
  }
}

/** One line of the log reports all three, so each has a value whenever another has one. */
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
