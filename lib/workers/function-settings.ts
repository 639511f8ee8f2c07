import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { OptionalQueue, QueueName } from '../../core/names.ts';
import { type DeployedSettingsJson, deployedSettingsSchema } from '../../core/settings.ts';
import type { DarkroomConfig } from '../config/config.ts';
import type { Signer } from '../events/signer.ts';
import type { Catalog } from '../storage/catalog.ts';
import type { Storage } from '../storage/storage.ts';
import type { Queues, TaskQueue } from './task-queue.ts';

interface Deployed {
  config: DarkroomConfig;
  storage: Storage;
  catalog: Catalog;
  queues: Queues;
  topic: ITopic;
  progress: ITopic;
  signer: Signer;
}

/**
 * The settings of every function of a deployment. All functions have the same settings, so none can disagree with
 * another, and the CLI can read them from any one. Only its role decides what a function may do. A setting with the same
 * name and unit as in the configuration is copied.
 */
export function functionSettings(deployed: Deployed): DeployedSettingsJson {
  const { config, storage, catalog, queues, topic, progress, signer } = deployed;
  const settings: DeployedSettingsJson = {
    ...config,
    sourceBucket: storage.source.bucketName,
    processedBucket: storage.processed.bucketName,
    limits: {
      ...config,
      maxMemoryBytes: imageMemoryBytes(config),
      timeoutMs: config.workTimeoutS * 1000,
    },
    maxStartMs: config.functionTimeoutS * 1000,
    // A message is hidden for one visibility timeout at each receive. One more follows before a run counts as stuck.
    stuckAfterMs: config.visibilityTimeoutS * (config.maxReceives + 1) * 1000,
    tableName: catalog.table.tableName,
    queueUrls: byName(queues, ({ queue }) => queue.queueUrl),
    deadLetterQueueArns: byName(queues, ({ deadLetters }) => deadLetters.queueArn),
    topicArn: topic.topicArn,
    progressTopicArn: progress.topicArn,
    signerRoleArn: signer.roleArn,
  };
  // Leaves out what the functions do not need.
  return deployedSettingsSchema.parse(settings);
}

/**
 * What Node, the SDK and the runtime of Lambda take. An idle process of ours has 110 MiB (`npm run bench`); the rest is for
 * the runtime, and for what an earlier image has left in the allocator.
 */
const RUNTIME_MB = 256;

/** What an image may take: a picture is processed by one function and its parts are made by another, so the smaller counts. */
function imageMemoryBytes({ processorMemoryMb, partsMemoryMb }: DarkroomConfig): number {
  return (Math.min(processorMemoryMb, partsMemoryMb) - RUNTIME_MB) * 2 ** 20;
}

type ByQueue<T> = Record<Exclude<QueueName, OptionalQueue>, T> & Partial<Record<OptionalQueue, T>>;

function byName<T>(queues: Queues, of: (queue: TaskQueue) => T): ByQueue<T> {
  const { ingest, parts, exports, labels } = queues;
  const common = { ingest: of(ingest), parts: of(parts), exports: of(exports) };
  return labels ? { ...common, labels: of(labels) } : common;
}
