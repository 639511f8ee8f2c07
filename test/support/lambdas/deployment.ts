import { PutObjectCommand } from '@aws-sdk/client-s3';
import { PurgeQueueCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { vi } from 'vitest';
import { imageIdOf } from '../../../core/names.ts';
import type { CompletionEvent } from '../../../core/pipeline/messages/completion.ts';
import { documentClient, s3Client, snsClient, sqsClient } from '../../../lambdas/adapters/clients.ts';
import { dynamoCatalog } from '../../../lambdas/adapters/dynamo-catalog.ts';
import { dynamoExports } from '../../../lambdas/adapters/dynamo-exports.ts';
import { s3ObjectStore } from '../../../lambdas/adapters/s3-object-store.ts';
import { settingsJson } from '../deployed-settings.ts';
import { stubAwsEnvironment } from '../emulators/aws-environment.ts';
import { startDynamo } from '../emulators/dynamo-server.ts';
import { startS3 } from '../emulators/s3-server.ts';
import { createTopic } from '../emulators/sns-topic.ts';
import { createQueues } from '../emulators/sqs-queues.ts';
import { startSqsAndSns } from '../emulators/sqs-sns-server.ts';
import { startSts } from '../emulators/sts-server.ts';
import { type Consumption, deliver } from './event-source.ts';
import { s3Event } from './events.ts';

export const SOURCE = 'source';
export const OUTPUTS = 'outputs';
const TABLE = 'catalog';

/** The stack's default. */
const MAX_RECEIVES = 5;

/** An upload, and the event that S3 would send of it. */
export interface Upload {
  imageId: string;
  body: string;
}

/**
 * The deployed stack in one process: real functions, loaded last, real clients, servers on loopback.
 *
 * @param settings of the deployment, where they matter to a test
 */
export async function startDeployment(
  load: () => Promise<Functions>,
  settings: Parameters<typeof settingsJson>[0] = {},
) {
  stubAwsEnvironment({});
  const servers = {
    s3: await startS3(),
    messages: await startSqsAndSns(),
    dynamo: await startDynamo(TABLE),
    sts: await startSts(3_600),
  };
  stubAwsEnvironment({
    AWS_ENDPOINT_URL_S3: servers.s3.url,
    AWS_ENDPOINT_URL_SQS: servers.messages.url,
    AWS_ENDPOINT_URL_SNS: servers.messages.url,
    AWS_ENDPOINT_URL_DYNAMODB: servers.dynamo.url,
    AWS_ENDPOINT_URL_STS: servers.sts.url,
  });
  const clients = { s3: s3Client(), sqs: sqsClient(), sns: snsClient(), dynamo: documentClient() };
  const queues = await createQueues(clients.sqs, MAX_RECEIVES);
  const topic = await createTopic(clients.sns, clients.sqs);
  stubAwsEnvironment({
    DARKROOM_SETTINGS: settingsJson({
      sourceBucket: SOURCE,
      processedBucket: OUTPUTS,
      tableName: TABLE,
      topicArn: topic.topicArn,
      queueUrls: { ingest: queues.ingest.url, parts: queues.parts.url, exports: queues.exports.url },
      deadLetterQueueArns: {
        ingest: queues.ingest.deadArn,
        parts: queues.parts.deadArn,
        exports: queues.exports.deadArn,
      },
      // So short that whatever waits is due at once.
      stuckAfterMs: 1,
      ...settings,
    }),
  });
  const functions = await load();
  const consumptions = {
    ingest: { queueUrl: queues.ingest.url, consumer: functions.processor, batchSize: 1 },
    parts: { queueUrl: queues.parts.url, consumer: functions.parts, batchSize: 5 },
    exports: { queueUrl: queues.exports.url, consumer: functions.exports, batchSize: 1 },
    deadExports: { queueUrl: queues.exports.deadUrl, consumer: functions.recorder, batchSize: 10 },
    deadIngest: { queueUrl: queues.ingest.deadUrl, consumer: functions.recorder, batchSize: 10 },
    deadParts: { queueUrl: queues.parts.deadUrl, consumer: functions.recorder, batchSize: 10 },
  } satisfies Record<string, Consumption>;
  const objects = s3ObjectStore(clients.s3);

  async function upload(
    key: string,
    content: Buffer,
    metadata: Record<string, string> = {},
  ): Promise<Upload> {
    const put = { Bucket: SOURCE, Key: key, Body: content, Metadata: metadata };
    const { VersionId: versionId = 'null' } = await clients.s3.send(new PutObjectCommand(put));
    const source = { bucket: SOURCE, key, versionId };
    return { imageId: imageIdOf(source), body: s3Event({ ...source, size: content.length }) };
  }

  return {
    functions,
    consumptions,
    objects,
    catalog: dynamoCatalog(clients.dynamo, TABLE),
    exports: dynamoExports(clients.dynamo, TABLE),
    notifications: topic.notifications,
    upload,
    deliver: (name: keyof typeof consumptions) => deliver(clients.sqs, consumptions[name]),
    sendTo: (name: keyof typeof consumptions, MessageBody: string) =>
      clients.sqs.send(new SendMessageCommand({ QueueUrl: consumptions[name].queueUrl, MessageBody })),
    purge: (name: 'ingest' | 'parts') =>
      clients.sqs.send(new PurgeQueueCommand({ QueueUrl: queues[name].url })),

    /** Works on both queues until they are empty. */
    async drain(): Promise<void> {
      for (;;) {
        const counts = [await this.deliver('ingest'), await this.deliver('parts')];
        if (counts.every(({ received }) => received === 0)) return;
      }
    },

    /** The events of one image that the topic has sent. */
    async eventsOf(imageId: string): Promise<CompletionEvent[]> {
      const events = (await topic.notifications()).map(({ Message }) => JSON.parse(Message));
      return events.filter((event: CompletionEvent) => event.imageId === imageId);
    },

    async close(): Promise<void> {
      for (const client of Object.values(clients)) client.destroy();
      for (const server of Object.values(servers)) await server.close();
      vi.unstubAllEnvs();
    },
  };
}

export type Deployment = Awaited<ReturnType<typeof startDeployment>>;

/** The functions of the repository's own sources; they read their environment when they are loaded. */
export async function loadSources() {
  vi.resetModules();
  const [processor, parts, sweeper, recorder, reconciler, exports] = await Promise.all([
    import('../../../lambdas/processor/handler.ts'),
    import('../../../lambdas/parts/handler.ts'),
    import('../../../lambdas/sweeper/handler.ts'),
    import('../../../lambdas/recorder/handler.ts'),
    import('../../../lambdas/reconciler/handler.ts'),
    import('../../../lambdas/exports/handler.ts'),
  ]);
  return {
    processor: processor.handler,
    parts: parts.handler,
    sweeper: sweeper.handler,
    recorder: recorder.handler,
    reconciler: reconciler.handler,
    exports: exports.handler,
  };
}

type Functions = Awaited<ReturnType<typeof loadSources>>;
