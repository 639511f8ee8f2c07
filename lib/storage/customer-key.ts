import { Stack } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement, type Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { DarkroomConfig } from '../config/config.ts';
import { removalPolicyOf } from './removal.ts';

/**
 * What a role may do with the key. S3, SQS and SNS need the first two actions, DynamoDB needs all. DynamoDB also needs
 * grants; it creates them with the table, with the permissions of the person who deploys.
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

/** The services that store what the key encrypts. A role can use the key only through them. */
const STORING_SERVICES = ['s3', 'sqs', 'sns', 'dynamodb'] as const;

/** Headers of a request to S3 that ask for an encryption other than the bucket's. */
const ENCRYPTION = 's3:x-amz-server-side-encryption';
const KEY_OF_REQUEST = 's3:x-amz-server-side-encryption-aws-kms-key-id';
const KEY_OF_CALLER = 's3:x-amz-server-side-encryption-customer-algorithm';

/**
 * The key that encrypts all stored data, if the configuration asks for it. Its policy admits the AWS services that
 * write by themselves: S3 to the ingest queue, CloudWatch and Budgets to the operations topic, and CloudWatch Logs.
 * Without that, AWS would refuse their writes and report it to nobody.
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
    // AWS documents no condition that S3's requests meet. The policy of the queue admits only buckets of this account.
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

  /** Lets a role read and write what the key encrypts, within its other permissions. */
  allowUse(role: Role): void {
    this.allow(role, USE, STORING_SERVICES);
  }

  /** Lets a role read objects that the key encrypts, within its other permissions. */
  allowReading(role: Role): void {
    this.allow(role, ['kms:Decrypt'], ['s3']);
  }

  /** Lets a role write objects that the key encrypts, within its other permissions. */
  allowWriting(role: Role): void {
    this.allow(role, ['kms:GenerateDataKey'], ['s3']);
  }

  /**
   * Refuses uploads under another key. An upload need not name a key, because this one is the bucket's default. An
   * upload that asks for an encryption must name this key by its ARN.
   */
  requireEncryption(bucket: Bucket): void {
    const { keyArn } = this.key;
    this.refuse(bucket, 'NoOtherKey', {
      Null: { [ENCRYPTION]: 'false' },
      StringNotEquals: { [KEY_OF_REQUEST]: keyArn },
    });
    this.refuse(bucket, 'NoKeyOfTheCaller', { Null: { [KEY_OF_CALLER]: 'false' } });
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
