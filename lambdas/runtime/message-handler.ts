import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { parser } from '@aws-lambda-powertools/batch/parser';
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { SqsRecordSchema } from '@aws-lambda-powertools/parser/schemas/sqs';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { METRICS } from '../../core/metrics.ts';
import type { ImageQueue } from '../../core/names.ts';
import { imageIdsIn, type Message, readMessage } from '../../core/pipeline/messages/message.ts';
import type { ImageRecord } from '../../core/pipeline/record.ts';
import { logger, metrics, traced } from './observability.ts';

/** Does what one message asks for, and returns the records that it touched. */
type Work<Q extends ImageQueue> = (message: Message<Q>) => Promise<ImageRecord[]>;

/** An entry of the batch that is no SQS message fails alone, as a message does. */
const processor = new BatchProcessor(EventType.SQS, { parser, schema: SqsRecordSchema, logger });

/**
 * A Lambda handler of messages about images.
 *
 * @param queueOf the queue to which a message was first sent
 */
export function messageHandler<Q extends ImageQueue>(queueOf: (record: SQSRecord) => Q, work: Work<Q>) {
  return queueHandler((record) => handleMessage(readMessage(queueOf(record), record.body), work));
}

/** Does the work of a message about images, and logs what came of it. */
export async function handleMessage<Q extends ImageQueue>(message: Message<Q>, work: Work<Q>): Promise<void> {
  const imageId = imageIdsIn(message).join(' ');
  logger.appendKeys({ imageId });
  const records = await traced('message', imageId, () => work(message));
  for (const { imageId, run, attempt, state, reason } of records) {
    logger.info('handled', { imageId, run, attempt, state, code: reason?.code });
  }
}

/**
 * A Lambda handler of queue messages. A message whose work throws is reported as failed, and only that one: it
 * comes again, and after the last receive it becomes a dead-letter message. Messages are handled one after the other,
 * so that a function needs the memory of one image only.
 */
export function queueHandler(work: (record: SQSRecord) => Promise<void>) {
  return async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    logger.addContext(context);
    return processPartialResponse(event, (record: SQSRecord) => handle(record), processor, {
      context,
      processInParallel: false,
      throwOnFullBatchFailure: false,
    });
  };

  async function handle(record: SQSRecord): Promise<void> {
    logger.appendKeys({ messageId: record.messageId });
    try {
      await work(record);
    } catch (error) {
      logger.error('failed', { receives: record.attributes.ApproximateReceiveCount, error });
      metrics.addMetric(METRICS.messagesFailed, MetricUnit.Count, 1);
      metrics.publishStoredMetrics();
      throw error;
    } finally {
      logger.removeKeys(['imageId', 'messageId']);
    }
  }
}
