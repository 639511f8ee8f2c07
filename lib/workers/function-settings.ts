import { type DeployedSettingsJson, deployedSettingsSchema } from '../../core/settings.ts';
import type { DarkroomConfig } from '../config/config.ts';
import type { Catalog } from '../storage/catalog.ts';
import type { Storage } from '../storage/storage.ts';
import type { Queues } from './task-queue.ts';

interface Deployed {
  config: DarkroomConfig;
  storage: Storage;
  catalog: Catalog;
  queues: Queues;
  topicArn: string;
  signerRoleArn: string;
}

/**
 * What every function of a deployment is told. All have the same settings, so that none can disagree with another and
 * anybody can read how the deployment is set up from one of them. What a function may do, its role alone decides.
 * Settings that have the same name and unit as in the configuration are copied.
 */
export function functionSettings(deployed: Deployed): DeployedSettingsJson {
  const { config, storage, catalog, queues, topicArn, signerRoleArn } = deployed;
  const { ingest, parts } = queues;
  const settings: DeployedSettingsJson = {
    ...config,
    sourceBucket: storage.source.bucketName,
    processedBucket: storage.processed.bucketName,
    limits: { ...config, timeoutMs: config.workTimeoutS * 1000 },
    maxStartMs: config.functionTimeoutS * 1000,
    // By then a message has had all its receives, each for one visibility timeout, and one more.
    stuckAfterMs: config.visibilityTimeoutS * (config.maxReceives + 1) * 1000,
    tableName: catalog.table.tableName,
    queueUrls: { ingest: ingest.queue.queueUrl, parts: parts.queue.queueUrl },
    deadLetterQueueArns: { ingest: ingest.deadLetters.queueArn, parts: parts.deadLetters.queueArn },
    topicArn,
    signerRoleArn,
  };
  // Leaves out what is no setting of a function.
  return deployedSettingsSchema.parse(settings);
}
