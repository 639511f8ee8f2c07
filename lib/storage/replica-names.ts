import { Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { DarkroomConfig } from '../config/config.ts';
import type { Holding } from './image-bucket.ts';

/*
 * What the deployment and its copy in the other region call things. CloudFormation passes no names between regions,
 * so these are the only ones that we choose ourselves.
 */

/** The configuration of a deployment that has a second region. */
export type ReplicatedConfig = DarkroomConfig & { replicaRegion: string };

export function isReplicated(config: DarkroomConfig): config is ReplicatedConfig {
  return config.replicaRegion !== undefined;
}

export function replicatedBuckets({ replicated }: DarkroomConfig): Holding[] {
  return replicated === 'both' ? ['source', 'processed'] : [replicated];
}

/** Names of buckets are the world's: with account and region in it, nobody else is likely to have it. */
export function replicaBucketName(
  scope: IConstruct,
  { stage, replicaRegion }: ReplicatedConfig,
  holding: Holding,
): string {
  return `darkroom-${stage}-${holding}-${Stack.of(scope).account}-${replicaRegion}`;
}

export function replicaKeyAlias({ stage }: DarkroomConfig): string {
  return `alias/darkroom-${stage}-replica`;
}
