import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { parser } from '@aws-lambda-powertools/batch/parser';
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { SqsRecordSchema } from '@aws-lambda-powertools/parser/schemas/sqs';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { METRICS } from '../../core/metrics.ts';
import type { QueueName } from '../../core/names.ts';
import type { ImageRecord } from '../../core/pipeline/record.ts';
import { imageIdsIn } from './image-ids.ts';
import { logger, metrics, traced } from './observability.ts';

/** Does what one message asks for, and gives back the records that it touched. */
type Work = (body: string, queue: QueueName) => Promise<ImageRecord[]>;

/** What is no message of SQS fails as a message would: alone. */
const processor = new BatchProcessor(EventType.SQS, { parser, schema: SqsRecordSchema, logger });

/**
 * A Lambda handler of queue messages. A message whose work throws is reported as failed, and only that one: it
 * comes again, and after the last receive becomes a dead letter. Messages are worked on one after the other, so
 * that the memory of one image is all that a function needs.
 *
 * @param queueOf the queue that a message was first sent to
 */
export function messageHandler(queueOf: (message: SQSRecord) => QueueName, work: Work) {
  return async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    logger.addContext(context);
    return processPartialResponse(event, (message: SQSRecord) => handle(message), processor, {
      context,
      processInParallel: false,
      throwOnFullBatchFailure: false,
    });
  };

  async function handle(message: SQSRecord): Promise<void> {
    logger.appendKeys({ messageId: message.messageId });
    try {
      const queue = queueOf(message);
      const imageId = imageIdsIn(queue, message.body).join(' ');
      logger.appendKeys({ imageId });
      const records = await traced('message', imageId, () => work(message.body, queue));
      for (const { imageId, run, attempt, state, reason } of records) {
        logger.info('handled', { imageId, run, attempt, state, code: reason?.code });
      }
    } catch (error) {
      logger.error('failed', { receives: message.attributes.ApproximateReceiveCount, error });
      metrics.addMetric(METRICS.messagesFailed, MetricUnit.Count, 1);
      metrics.publishStoredMetrics();
      throw error;
    } finally {
      logger.removeKeys(['imageId', 'messageId']);
    }
  }
}
