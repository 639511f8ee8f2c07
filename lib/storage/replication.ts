import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Bucket, CfnBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acceptPatterns } from '../guard/accept.ts';
import type { CustomerKey } from './customer-key.ts';
import { type BucketKind, KEPT_PREFIXES } from './image-bucket.ts';
import {
  type ReplicatedConfig,
  replicaBucketName,
  replicaKeyAlias,
  replicatedBuckets,
} from './replica-names.ts';
import type { Storage } from './storage.ts';

interface ReplicationProps {
  config: ReplicatedConfig;
  storage: Storage;
  key: CustomerKey | undefined;
}

/**
 * Copies uploads and results to the buckets of the replica stack, as they are written. S3 copies delete markers, but not
 * the deletion of a version: a version that is deleted here stays there. docs/configuration.md says what that means.
 */
export class Replication extends Construct {
  private readonly role: Role;
  private readonly props: ReplicationProps;

  constructor(scope: Construct, id: string, props: ReplicationProps) {
    super(scope, id);
    this.props = props;
    this.role = new Role(this, 'Role', {
      description: 'Copies the objects of Darkroom to its second region',
      assumedBy: new ServicePrincipal('s3.amazonaws.com'),
    });
    for (const kind of replicatedBuckets(props.config)) this.copy(kind);
    if (props.key) this.allowKeys(props.key);
  }

  private copy(kind: BucketKind): void {
    const { config, storage, key } = this.props;
    const { partition, account } = Stack.of(this);
    const bucket = storage[kind];
    const replicaArn = `arn:${partition}:s3:::${replicaBucketName(this, config, kind)}`;
    this.allowCopying(bucket, replicaArn);
    const cfn = bucket.node.defaultChild as CfnBucket;
    cfn.replicationConfiguration = {
      role: this.role.roleArn,
      rules: KEPT_PREFIXES[kind].map((prefix, priority) => ({
        id: prefix === '' ? 'everything' : prefix.replace('/', ''),
        status: 'Enabled',
        priority,
        filter: { prefix },
        deleteMarkerReplication: { status: 'Enabled' },
        destination: {
          bucket: replicaArn,
          ...(key ? { encryptionConfiguration: { replicaKmsKeyId: this.replicaKeyArn(account) } } : {}),
        },
        ...(key ? { sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: 'Enabled' } } } : {}),
      })),
    };
  }

  private allowCopying(bucket: Bucket, replicaArn: string): void {
    const objects = bucket.arnForObjects('*');
    const replicas = `${replicaArn}/*`;
    this.allow(['s3:GetReplicationConfiguration', 's3:ListBucket'], [bucket.bucketArn]);
    this.allow(
      ['s3:GetObjectVersionForReplication', 's3:GetObjectVersionAcl', 's3:GetObjectVersionTagging'],
      [objects],
    );
    // The name can be guessed. A bucket of another account that has it receives nothing.
    this.allow(['s3:ReplicateObject', 's3:ReplicateDelete', 's3:ReplicateTags'], [replicas], {
      StringEquals: { 'aws:ResourceAccount': Stack.of(this).account },
    });
    acceptPatterns(this.role, [objects, replicas], 'S3 copies every object of the bucket.');
  }

  /**
   * Lets S3 use both keys. That of the other region is known only by its alias. S3 also decrypts with it, to test a
   * bucket key before it uses it.
   *
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html
   */
  private allowKeys(key: CustomerKey): void {
    const { config } = this.props;
    const { partition, account, urlSuffix } = Stack.of(this);
    const keysThere = `arn:${partition}:kms:${config.replicaRegion}:${account}:key/*`;
    key.allowReading(this.role);
    this.allow(['kms:Encrypt', 'kms:GenerateDataKey', 'kms:Decrypt'], [keysThere], {
      StringEquals: { 'kms:ViaService': `s3.${config.replicaRegion}.${urlSuffix}` },
      'ForAnyValue:StringEquals': { 'kms:ResourceAliases': replicaKeyAlias(config) },
    });
    acceptPatterns(this.role, [keysThere], 'Only the key with the alias that the condition names.');
  }

  private replicaKeyArn(account: string): string {
    const { config } = this.props;
    return `arn:${Stack.of(this).partition}:kms:${config.replicaRegion}:${account}:${replicaKeyAlias(config)}`;
  }

  private allow(
    actions: string[],
    resources: string[],
    conditions: Record<string, Record<string, string>> = {},
  ): void {
    this.role.addToPolicy(new PolicyStatement({ actions, resources, conditions }));
  }
}
