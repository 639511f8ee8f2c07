import type { QueueName } from '../../core/names.ts';
import type { Ports } from '../../core/ports.ts';
import { documentClient, s3Client, snsClient, sqsClient } from '../adapters/clients.ts';
import { dynamoCatalog } from '../adapters/dynamo-catalog.ts';
import { s3ObjectStore } from '../adapters/s3-object-store.ts';
import { linkSigner } from '../adapters/signer.ts';
import { snsPublisher } from '../adapters/sns-publisher.ts';
import { sqsTaskQueue } from '../adapters/sqs-task-queue.ts';
import { measuredPublisher } from './measured-publisher.ts';
import { environmentSettings, optionalText, text, wholeNumber } from './settings.ts';

const QUEUE_URLS: Record<QueueName, string> = {
  ingest: 'INGEST_QUEUE_URL',
  parts: 'PARTS_QUEUE_URL',
};

/** The pipeline's ports on AWS, as the environment sets them up. Called once a function, outside its handler. */
export function awsPorts(): Ports {
  const link = linkSigner(optionalText('SIGNER_ROLE_ARN'), wholeNumber('URL_TTL_S', 3_600));
  return {
    objects: s3ObjectStore(s3Client(), link),
    queue: sqsTaskQueue(sqsClient(), (queue) => text(QUEUE_URLS[queue])),
    catalog: dynamoCatalog(documentClient(), text('TABLE_NAME')),
    publisher: measuredPublisher(snsPublisher(snsClient(), () => text('TOPIC_ARN'))),
    clock: { now: () => new Date() },
    settings: environmentSettings(),
  };
}
