import { MetricUnit } from '@aws-lambda-powertools/metrics';
import type { SQSRecord } from 'aws-lambda';
import { InvalidInputError } from '../../core/errors.ts';
import { METRICS } from '../../core/metrics.ts';
import { IMAGE_QUEUES, type ImageQueue } from '../../core/names.ts';
import { recordDeadLetter } from '../../core/pipeline/record-dead-letter.ts';
import { messageHandler } from '../runtime/message-handler.ts';
import { metrics } from '../runtime/observability.ts';
import { functionPorts } from '../runtime/ports.ts';
import { readSettings } from '../runtime/settings.ts';

const settings = readSettings();
const ports = functionPorts(settings);

/** Consumes the dead-letter queues. Each message ends its run as FAILED, or is stored as an unprocessable message. */
export const handler = messageHandler(queueOf, async (message) => {
  const records = await recordDeadLetter(ports, message);
  if (records.length === 0) {
    metrics.addMetric(METRICS.unprocessableMessages, MetricUnit.Count, 1);
    metrics.publishStoredMetrics();
  }
  return records;
});

/** The queue that gave up a message, by the dead-letter queue that it comes from. */
function queueOf({ eventSourceARN }: SQSRecord): ImageQueue {
  const queue = IMAGE_QUEUES.find((name) => settings.deadLetterQueueArns[name] === eventSourceARN);
  if (queue) return queue;
  const expected = Object.values(settings.deadLetterQueueArns).join(' or ');
  throw new InvalidInputError(`expected a message of ${expected}, received one of ${eventSourceARN}`);
}
