import { MetricUnit } from '@aws-lambda-powertools/metrics';
import type { SQSRecord } from 'aws-lambda';
import { METRICS } from '../../core/metrics.ts';
import type { QueueName } from '../../core/names.ts';
import { recordDeadLetter } from '../../core/pipeline/record-dead-letter.ts';
import { messageHandler } from '../runtime/message-handler.ts';
import { metrics } from '../runtime/observability.ts';
import { awsPorts } from '../runtime/ports.ts';
import { EnvironmentError, text } from '../runtime/settings.ts';

const ports = awsPorts();

/** The queue that gave up the letters, by the dead letter queue that they come from. */
const QUEUES_BY_ARN: ReadonlyMap<string, QueueName> = new Map([
  [text('INGEST_DLQ_ARN'), 'ingest'],
  [text('PARTS_DLQ_ARN'), 'parts'],
]);

/** Consumes the dead letter queues: each letter becomes a FAILED run or an incident. */
export const handler = messageHandler(queueOf, async (body, queue) => {
  const records = await recordDeadLetter(ports, { queue, body });
  if (records.length === 0) {
    metrics.addMetric(METRICS.unprocessableMessages, MetricUnit.Count, 1);
    metrics.publishStoredMetrics();
  }
  return records;
});

function queueOf({ eventSourceARN }: SQSRecord): QueueName {
  const queue = QUEUES_BY_ARN.get(eventSourceARN);
  if (queue) return queue;
  throw new EnvironmentError(
    `INGEST_DLQ_ARN, ROTATION_DLQ_ARN: expected ${eventSourceARN}, which sends messages, to be one of them`,
  );
}
