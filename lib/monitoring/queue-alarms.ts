import { Duration } from 'aws-cdk-lib';
import { MathExpression, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { QUEUES, type QueueName } from '../../core/names.ts';
import type { Alarms } from './alarms.ts';
import type { Watched } from './watched.ts';

const EVERY = Duration.minutes(5);
/** An hour of such periods. */
const AN_HOUR = 12;

/** A message this old waits no longer for its turn in a burst. */
const OLD = Duration.days(1);

/** Alarms of the queues and of their dead letters. */
export function watchQueues(alarms: Alarms, { config, queues }: Watched): void {
  // Where messages are kept for a day only, the warning has to come before they are gone.
  const oldS = Math.min(OLD.toSeconds(), Duration.days(config.retentionDays).toSeconds() / 2);
  for (const name of QUEUES) {
    const { queue, deadLetters } = queues[name];
    alarms.whenAtLeast(
      {
        section: 'queue-age',
        of: name,
        means: `A message of the ${name} queue has waited for ${oldS / 3600} hours; SQS deletes it after ${config.retentionDays * 24}.`,
      },
      oldS,
      {
        metric: queue.metricApproximateAgeOfOldestMessage({ statistic: Stats.MAXIMUM, period: EVERY }),
        evaluationPeriods: 3,
      },
    );
    alarms.whenAtLeast(
      {
        section: 'queue-depth',
        of: name,
        means: `${config.queueDepthAlarm} messages or more have waited in the ${name} queue for an hour.`,
      },
      config.queueDepthAlarm,
      {
        // The lowest count of each period: a queue that was shorter in between is worked off.
        metric: queue.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MINIMUM, period: EVERY }),
        evaluationPeriods: AN_HOUR,
      },
    );
    alarms.whenAtLeast(
      {
        section: 'dead-letters',
        of: name,
        means: `Dead letters of the ${name} queue have not been recorded for an hour.`,
      },
      1,
      { metric: held(name, deadLetters), evaluationPeriods: AN_HOUR },
    );
  }
}

/**
 * All that a queue holds. A letter that the recorder fails on is hidden for nearly all of the time, so that what waits
 * visibly tells nothing; nor does its age, which counts from when it was first sent to the queue that gave it up.
 * SQS reports both counts of a queue or neither.
 */
export function held(name: QueueName, queue: Queue): MathExpression {
  return new MathExpression({
    // On a dashboard the ids of all metrics stand side by side.
    expression: `${name}Visible + ${name}Hidden`,
    usingMetrics: {
      [`${name}Visible`]: queue.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM }),
      [`${name}Hidden`]: queue.metricApproximateNumberOfMessagesNotVisible({ statistic: Stats.MAXIMUM }),
    },
    label: `dead letters of ${name}`,
    period: EVERY,
  });
}
