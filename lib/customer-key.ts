import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, type Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { DarkroomConfig } from './config.ts';
import { removalPolicyOf } from './removal.ts';

/**
 * What a role needs to do with the key. S3, SQS and SNS ask for the first two, DynamoDB for all of them.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
 */
const USE = [
  'kms:Decrypt',
  'kms:GenerateDataKey',
  'kms:DescribeKey',
  'kms:Encrypt',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];

/** Services that hold what the key encrypts; a role can use the key through them, never by itself. */
const KEEPERS = ['s3', 'sqs', 'sns', 'dynamodb'];

/**
 * The one key that encrypts everything stored, where the configuration asks for it. Its policy admits the services
 * that write of their own accord: S3 to the ingest queue, CloudWatch and Budgets to the operations topic, and
 * CloudWatch Logs. Without that they would be refused, and nobody would be told.
 */
export class CustomerKey extends Construct {
  readonly key: Key;

  constructor(scope: Construct, id: string, config: DarkroomConfig) {
    super(scope, id);
    const { account, region, partition } = Stack.of(this);
    this.key = new Key(this, 'Key', {
      description: `Encrypts what Darkroom stores (${config.stage})`,
      enableKeyRotation: true,
      removalPolicy: removalPolicyOf(config),
    });
    // No condition on the account: whether S3's requests carry one is not documented, and the queue's own policy
    // admits the buckets of this account alone.
    this.admit('Uploads', 's3.amazonaws.com', ['kms:GenerateDataKey', 'kms:Decrypt'], {});
    const ofThisAccount = { StringEquals: { 'aws:SourceAccount': account } };
    this.admit('Alarms', 'cloudwatch.amazonaws.com', ['kms:GenerateDataKey*', 'kms:Decrypt'], ofThisAccount);
    this.admit('Budget', 'budgets.amazonaws.com', ['kms:GenerateDataKey*', 'kms:Decrypt'], ofThisAccount);
    this.admit(
      'Logs',
      `logs.${region}.amazonaws.com`,
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
    this.allow(role, USE);
  }

  /** Lets a role read what the key encrypts, as far as its other rights go. */
  allowReading(role: Role): void {
    this.allow(role, ['kms:Decrypt']);
  }

  private allow(role: Role, actions: string[]): void {
    const { region, urlSuffix } = Stack.of(this);
    role.addToPolicy(
      new PolicyStatement({
        actions,
        resources: [this.key.keyArn],
        conditions: {
          StringEquals: { 'kms:ViaService': KEEPERS.map((service) => `${service}.${region}.${urlSuffix}`) },
        },
      }),
    );
  }

  private admit(sid: string, service: string, actions: string[], conditions: Record<string, unknown>): void {
    const principals = [new ServicePrincipal(service)];
    this.key.addToResourcePolicy(
      new PolicyStatement({ sid, principals, actions, resources: ['*'], conditions }),
    );
  }
}
