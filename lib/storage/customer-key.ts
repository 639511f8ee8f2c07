import { Stack } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement, type Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { DarkroomConfig } from '../config/config.ts';
import { removalPolicyOf } from './removal.ts';

/**
 * What a role needs to do with the key. S3, SQS and SNS ask for the first two, DynamoDB for all of them; it makes the
 * grants that it needs beside them when the table is made, with the rights of whoever deploys.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
 */
const USE = [
  'kms:Decrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:DescribeKey',
  'kms:Encrypt',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];

/** Services that hold what the key encrypts; a role can use the key through them, never by itself. */
const KEEPERS = ['s3', 'sqs', 'sns', 'dynamodb'] as const;

/** Headers of a request to S3 that ask for another encryption than the bucket's. */
const ENCRYPTION = 's3:x-amz-server-side-encryption';
const KEY_OF_REQUEST = 's3:x-amz-server-side-encryption-aws-kms-key-id';
const CALLERS_OWN = 's3:x-amz-server-side-encryption-customer-algorithm';

/**
 * The one key that encrypts everything stored, where the configuration asks for it. Its policy admits the services
 * that write of their own accord: S3 to the ingest queue, CloudWatch and Budgets to the operations topic, and
 * CloudWatch Logs. Without that they would be refused, and nobody would be told.
 */
export class CustomerKey extends Construct {
  readonly key: Key;

  constructor(scope: Construct, id: string, config: DarkroomConfig) {
    super(scope, id);
    const { account, region, partition, urlSuffix } = Stack.of(this);
    this.key = new Key(this, 'Key', {
      description: `Encrypts what Darkroom stores (${config.stage})`,
      enableKeyRotation: true,
      removalPolicy: removalPolicyOf(config),
    });
    // AWS documents no condition that S3's requests would meet; the queue's own policy admits the buckets of this
    // account alone.
    this.grant('Uploads', 's3.amazonaws.com', ['kms:GenerateDataKey', 'kms:Decrypt'], {});
    const ofThisAccount = { StringEquals: { 'aws:SourceAccount': account } };
    this.grant('Alarms', 'cloudwatch.amazonaws.com', ['kms:GenerateDataKey*', 'kms:Decrypt'], ofThisAccount);
    this.grant('Budget', 'budgets.amazonaws.com', ['kms:GenerateDataKey*', 'kms:Decrypt'], ofThisAccount);
    this.grant(
      'Logs',
      `logs.${region}.${urlSuffix}`,
      ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
      {
        ArnLike: {
          'kms:EncryptionContext:aws:logs:arn': `arn:${partition}:logs:${region}:${account}:log-group:*`,
        },
      },
    );
  }

  /** Lets a role read and write what the key encrypts, as far as its other rights go. */
  allowUse(role: Role): void {
    this.allow(role, USE, KEEPERS);
  }

  /** Lets a role read objects that the key encrypts, as far as its other rights go. */
  allowReading(role: Role): void {
    this.allow(role, ['kms:Decrypt'], ['s3']);
  }

  /**
   * Refuses what would be stored in the bucket under another key. An upload need not name the key, as it is the
   * bucket's own; one that names an encryption has to name this key by its ARN.
   */
  requireEncryption(bucket: Bucket): void {
    const { keyArn } = this.key;
    this.refuse(bucket, 'NoOtherKey', {
      Null: { [ENCRYPTION]: 'false' },
      StringNotEquals: { [KEY_OF_REQUEST]: keyArn },
    });
    this.refuse(bucket, 'NoKeyOfTheCaller', { Null: { [CALLERS_OWN]: 'false' } });
  }

  private refuse(bucket: Bucket, sid: string, conditions: Record<string, Record<string, string>>): void {
    bucket.addToResourcePolicy(
      new PolicyStatement({
        sid,
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ['s3:PutObject'],
        resources: [bucket.arnForObjects('*')],
        conditions,
      }),
    );
  }

  private allow(role: Role, actions: string[], services: readonly string[]): void {
    const { region, urlSuffix } = Stack.of(this);
    role.addToPolicy(
      new PolicyStatement({
        actions,
        resources: [this.key.keyArn],
        conditions: {
          StringEquals: { 'kms:ViaService': services.map((service) => `${service}.${region}.${urlSuffix}`) },
        },
      }),
    );
  }

  private grant(sid: string, service: string, actions: string[], conditions: Record<string, unknown>): void {
    const principals = [new ServicePrincipal(service)];
    this.key.addToResourcePolicy(
      new PolicyStatement({ sid, principals, actions, resources: ['*'], conditions }),
    );
  }
}
