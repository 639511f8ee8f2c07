import { Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { DarkroomConfig } from '../config/config.ts';
import type { BucketKind } from './image-bucket.ts';

/*
 * Names that a deployment and its copy in the second region share. CloudFormation passes no names between regions, so
 * these are the only names that we choose ourselves.
 */

/** The configuration of a deployment that has a second region. */
export type ReplicatedConfig = DarkroomConfig & { replicaRegion: string };

export function isReplicated(config: DarkroomConfig): config is ReplicatedConfig {
  return config.replicaRegion !== undefined;
}

export function replicatedBuckets({ replicated }: DarkroomConfig): BucketKind[] {
  return replicated === 'both' ? ['source', 'processed'] : [replicated];
}

/** Names of buckets are global. With the account and the region in it, this one is unlikely to be taken. */
export function replicaBucketName(
  scope: IConstruct,
  { stage, replicaRegion }: ReplicatedConfig,
  kind: BucketKind,
): string {
  return `darkroom-${stage}-${kind}-${Stack.of(scope).account}-${replicaRegion}`;
}

export function replicaKeyAlias({ stage }: DarkroomConfig): string {
  return `alias/darkroom-${stage}-replica`;
}
