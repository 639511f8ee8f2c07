import type { QueueName } from '../../core/names.ts';
import type { Ports } from '../../core/ports.ts';
import { documentClient, s3Client, snsClient, sqsClient } from './clients.ts';
import { dynamoCatalog } from './dynamo-catalog.ts';
import { environmentSettings, optionalText, text, wholeNumber } from './env.ts';
import { measuredAnnouncer } from './measured-announcer.ts';
import { s3ObjectStore } from './s3-object-store.ts';
import { linkSigner } from './signer.ts';
import { snsAnnouncer } from './sns-announcer.ts';
import { sqsTaskQueue } from './sqs-task-queue.ts';

const QUEUE_URLS: Record<QueueName, string> = {
  ingest: 'INGEST_QUEUE_URL',
  rotation: 'ROTATION_QUEUE_URL',
};

/** The pipeline's ports on AWS, as the environment sets them up. Called once a function, outside its handler. */
export function awsPorts(): Ports {
  const link = linkSigner(optionalText('SIGNER_ROLE_ARN'), wholeNumber('URL_TTL_S', 3_600));
  return {
    objects: s3ObjectStore(s3Client(), link),
    queue: sqsTaskQueue(sqsClient(), (queue) => text(QUEUE_URLS[queue])),
    catalog: dynamoCatalog(documentClient(), text('TABLE_NAME')),
    announcer: measuredAnnouncer(snsAnnouncer(snsClient(), () => text('TOPIC_ARN'))),
    clock: { now: () => new Date() },
    settings: environmentSettings(),
  };
}
