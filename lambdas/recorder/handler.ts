import { MetricUnit } from '@aws-lambda-powertools/metrics';
import type { SQSRecord } from 'aws-lambda';
import { InvalidInputError } from '../../core/errors.ts';
import { recordDeadExport } from '../../core/exports/fail-export.ts';
import { METRICS } from '../../core/metrics.ts';
import { QUEUES, type QueueName } from '../../core/names.ts';
import { readMessage } from '../../core/pipeline/messages/message.ts';
import { recordDeadLetter } from '../../core/pipeline/record-dead-letter.ts';
import { documentClient } from '../adapters/clients.ts';
import { dynamoExports } from '../adapters/dynamo-exports.ts';
import { handleMessage, queueHandler } from '../runtime/message-handler.ts';
import { logger, metrics } from '../runtime/observability.ts';
import { functionPorts } from '../runtime/ports.ts';
import { readSettings } from '../runtime/settings.ts';

const settings = readSettings();
const ports = {
  ...functionPorts(settings),
  exports: dynamoExports(documentClient(), settings.tableName),
};

/**
 * Consumes the dead-letter queues. Each message ends its run or its export as FAILED, or is stored as an unprocessable
 * message.
 */
export const handler = queueHandler(async (record) => {
  const { body } = record;
  const queue = queueOf(record);
  if (queue === 'exports') {
    const exportId = await recordDeadExport(ports, body);
    if (exportId === undefined) countUnprocessable();
    else logger.info('export failed', { exportId });
    return;
  }
  await handleMessage(readMessage(queue, body), async (message) => {
    const records = await recordDeadLetter(ports, message);
    if (records.length === 0) countUnprocessable();
    return records;
  });
});

function countUnprocessable(): void {
  metrics.addMetric(METRICS.unprocessableMessages, MetricUnit.Count, 1);
  metrics.publishStoredMetrics();
}

/** The queue that gave up a message, by the dead-letter queue that it comes from. */
function queueOf({ eventSourceARN }: SQSRecord): QueueName {
  const queue = QUEUES.find((name) => settings.deadLetterQueueArns?.[name] === eventSourceARN);
  if (queue) return queue;
  const expected = Object.values(settings.deadLetterQueueArns ?? {}).join(' or ');
  throw new InvalidInputError(`expected a message of ${expected}, received one of ${eventSourceARN}`);
}
