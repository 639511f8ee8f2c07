import type { Ports } from '../../core/ports.ts';
import type { DeployedSettings } from '../../core/settings.ts';
import { documentClient, s3Client, snsClient, sqsClient } from '../adapters/clients.ts';
import { dynamoCatalog } from '../adapters/dynamo-catalog.ts';
import { dynamoExports } from '../adapters/dynamo-exports.ts';
import { dynamoTrends } from '../adapters/dynamo-trends.ts';
import { s3ObjectStore } from '../adapters/s3-object-store.ts';
import { linkSigner } from '../adapters/signer.ts';
import { snsPublisher } from '../adapters/sns-publisher.ts';
import { sqsTaskQueue } from '../adapters/sqs-task-queue.ts';
import { measuredPublisher } from './measured-publisher.ts';

/** The pipeline's ports on AWS. Each call opens new clients, so call it once, outside the handler. */
export function awsPorts(settings: DeployedSettings): Ports {
  const client = documentClient();
  return {
    objects: s3ObjectStore(s3Client()),
    queue: sqsTaskQueue(sqsClient(), settings.queueUrls),
    catalog: dynamoCatalog(client, settings.tableName),
    exports: dynamoExports(client, settings.tableName),
    trendMarks: dynamoTrends(client, settings.tableName),
    publisher: snsPublisher(snsClient(), settings.topicArn),
    links: linkSigner(settings.signerRoleArn, settings.urlTtlS),
    clock: { now: () => new Date() },
    settings,
  };
}

/** The ports of a function, which also reports metrics of every run that ends. */
export function functionPorts(settings: DeployedSettings): Ports {
  const ports = awsPorts(settings);
  return { ...ports, publisher: measuredPublisher(ports.publisher) };
}
