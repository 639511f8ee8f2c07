import { Duration } from 'aws-cdk-lib';
import { MathExpression, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { QueueName } from '../../core/names.ts';
import { listQueues } from '../workers/task-queue.ts';
import type { Alarms } from './alarms.ts';
import type { Watched } from './watched.ts';

const EVERY = Duration.minutes(5);
/** An hour of such periods. */
const AN_HOUR = 12;

/** A burst does not make a message wait this long. */
const OLD = Duration.days(1);

/** Alarms on the queues and their dead-letter queues. */
export function watchQueues(alarms: Alarms, { config, queues }: Watched): void {
  // If messages are kept for only a day, the alarm must go off before SQS deletes them.
  const oldS = Math.min(OLD.toSeconds(), Duration.days(config.retentionDays).toSeconds() / 2);
  for (const [name, { queue, deadLetters }] of listQueues(queues)) {
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
        // The lowest count of each period: a queue that is shorter in between is making progress.
        metric: queue.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MINIMUM, period: EVERY }),
        evaluationPeriods: AN_HOUR,
      },
    );
    alarms.whenAtLeast(
      {
        section: 'dead-letters',
        of: name,
        means: `Dead-letter messages of the ${name} queue have not been recorded for an hour.`,
      },
      1,
      { metric: messagesIn(name, deadLetters), evaluationPeriods: AN_HOUR },
    );
  }
}

/**
 * All messages in a dead-letter queue. A message on which the recorder fails is hidden most of the time, so the visible
 * count says little. Its age says nothing either: it counts from when the message was first sent. SQS reports both
 * counts of a queue or neither.
 */
export function messagesIn(name: QueueName, queue: Queue): MathExpression {
  return new MathExpression({
    // The ids must be unique among all metrics of the dashboard's widget.
    expression: `${name}Visible + ${name}Hidden`,
    usingMetrics: {
      [`${name}Visible`]: queue.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM }),
      [`${name}Hidden`]: queue.metricApproximateNumberOfMessagesNotVisible({ statistic: Stats.MAXIMUM }),
    },
    label: `dead letters of ${name}`,
    period: EVERY,
  });
}
