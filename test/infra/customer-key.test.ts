import { describe, expect, it } from 'vitest';
import { WORKERS } from '../../core/names.ts';
import { OUTER_FUNCTIONS } from '../../docker/bundle.ts';
import { all, allowedBy, one, readable, synthesise } from '../support/synthesise.ts';

const withKey = synthesise({
  encryption: 'customer-key',
  accessLogDays: '30',
  alarmEmail: 'ops@example.com',
  monthlyBudgetUsd: '50',
  region: 'eu-central-1',
});

/** The key, as templates refer to it. */
const KEY = '{CustomerKey}';

function propertiesOf(type: string): [id: string, properties: Record<string, unknown>][] {
  return all(withKey, type).map(([id, { Properties }]) => [id, Properties]);
}

/** The statements of a role, a line each, by the role's id. */
function rightsOf(role: string): string[] {
  const policies = propertiesOf('AWS::IAM::Policy').filter(([id]) => id === `${role}DefaultPolicy`);
  return policies.flatMap(([, { PolicyDocument }]) => allowedBy(PolicyDocument, withKey));
}

/** The services through which a role may use the key, by role and actions. */
function usesOf(role: string): Record<string, string[]> {
  const uses = rightsOf(role).filter((right) => right.startsWith('kms:'));
  return Object.fromEntries(
    uses.map((right) => {
      const [, action = '', services = ''] =
        /^(\S+) \{CustomerKey\} if .*"kms:ViaService":(.*)\}\}$/.exec(right) ?? [];
      return [action, [...services.matchAll(/"(\w+)\.eu-central-1\./g)].map(([, service = '']) => service)];
    }),
  );
}

describe("a customer's key", () => {
  it('is one, is rotated every year, and is deleted with the stack only if the images are', () => {
    expect(all(withKey, 'AWS::KMS::Key').map(([id, { DeletionPolicy }]) => [id, DeletionPolicy])).toEqual([
      ['CustomerKey', 'Delete'],
    ]);
    expect(one(withKey, 'AWS::KMS::Key', 'CustomerKey').EnableKeyRotation).toBe(true);
    const prod = synthesise({ stage: 'prod', encryption: 'customer-key' });
    expect(all(prod, 'AWS::KMS::Key').map(([, { DeletionPolicy }]) => DeletionPolicy)).toEqual(['Retain']);
  });

  it('encrypts images, messages, completion messages, alarms, the catalog and the logs', () => {
    for (const id of ['StorageSourceBucket', 'StorageProcessedBucket']) {
      const { BucketEncryption } = one(withKey, 'AWS::S3::Bucket', id);
      const { ServerSideEncryptionConfiguration: rules } = BucketEncryption as {
        ServerSideEncryptionConfiguration: {
          BucketKeyEnabled: boolean;
          ServerSideEncryptionByDefault: { SSEAlgorithm: string; KMSMasterKeyID: unknown };
        }[];
      };
      expect(
        rules.map(({ BucketKeyEnabled, ServerSideEncryptionByDefault: { SSEAlgorithm, KMSMasterKeyID } }) => [
          BucketKeyEnabled,
          SSEAlgorithm,
          readable(KMSMasterKeyID, withKey),
        ]),
      ).toEqual([[true, 'aws:kms', KEY]]);
    }
    for (const id of ['CatalogTable', 'HttpLiveSocketsTable']) {
      const table = one(withKey, 'AWS::DynamoDB::Table', id).SSESpecification as Record<string, unknown>;
      expect([table.SSEEnabled, table.SSEType, readable(table.KMSMasterKeyId, withKey)]).toEqual([
        true,
        'KMS',
        KEY,
      ]);
    }

    // Each function has a log, and so have the HTTP API, the live updates and the upload of the app.
    const logs = WORKERS.length + OUTER_FUNCTIONS.length + 3;
    const field = { 'AWS::SQS::Queue': 6, 'AWS::SNS::Topic': 3, 'AWS::Logs::LogGroup': logs };
    for (const [type, count] of Object.entries(field)) {
      const keys = propertiesOf(type).map(([, { KmsMasterKeyId, KmsKeyId }]) =>
        readable(KmsMasterKeyId ?? KmsKeyId, withKey),
      );
      expect(keys, type).toEqual(Array(count).fill(KEY));
    }
  });

  it('does not encrypt the records of requests: S3 delivers none to such a bucket', () => {
    expect(one(withKey, 'AWS::S3::Bucket', 'StorageAccessLogsBucket').BucketEncryption).toEqual({
      ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
    });
    const { LoggingConfiguration } = one(withKey, 'AWS::S3::Bucket', 'StorageSourceBucket');
    const { DestinationBucketName, LogFilePrefix } = LoggingConfiguration as Record<string, unknown>;
    expect([readable(DestinationBucketName, withKey), LogFilePrefix]).toEqual([
      '{StorageAccessLogsBucket}',
      'source/',
    ]);
  });

  it('admits the services that write by themselves, and nobody else', () => {
    const { KeyPolicy } = one(withKey, 'AWS::KMS::Key', 'CustomerKey');
    const { Statement } = KeyPolicy as { Statement: { Sid?: string; Principal: Record<string, unknown> }[] };
    const admitted = Statement.map(({ Principal: { Service, AWS }, ...statement }) => [
      readable(Service ?? AWS, withKey),
      'Condition' in statement ? Object.keys(statement.Condition as object) : [],
    ]);
    expect(admitted).toEqual([
      // The account; its roles need permissions of their own.
      ['arn:aws:iam::*:root', []],
      ['s3.amazonaws.com', []],
      ['cloudwatch.amazonaws.com', ['StringEquals']],
      ['budgets.amazonaws.com', ['StringEquals']],
      ['logs.eu-central-1.*', ['ArnLike']],
    ]);
    for (const service of ['s3', 'cloudwatch', 'budgets']) {
      const statement = Statement.find(({ Principal }) => Principal.Service === `${service}.amazonaws.com`);
      expect(statement).toMatchObject({
        Action: ['kms:Decrypt', expect.stringMatching(/^kms:GenerateDataKey\*?$/)],
      });
    }
  });

  it('lets Budgets publish to the operations topic, which is ready before', () => {
    const [budget] = all(withKey, 'AWS::Budgets::Budget');
    const waitsFor = budget?.[1].DependsOn?.map((id) => withKey.Resources[id]?.Type);
    expect(waitsFor).toEqual(expect.arrayContaining(['AWS::SNS::Topic', 'AWS::SNS::TopicPolicy']));
  });

  it('is made before everything that it encrypts', () => {
    const key = all(withKey, 'AWS::KMS::Key').map(([, resource]) => JSON.stringify(resource));
    expect(key.join()).not.toMatch(/"Fn::GetAtt"|"DependsOn"|\{"Ref":"(?!AWS::)/);
  });

  it('is used by functions only through the services that store what it encrypts', () => {
    const all = ['s3', 'sqs', 'sns', 'dynamodb'];
    for (const stage of ['Processor', 'Parts', 'Sweeper', 'Recorder', 'Reconciler']) {
      expect(usesOf(`${stage}WorkerRole`), stage).toEqual({
        'kms:Decrypt': all,
        'kms:DescribeKey': all,
        'kms:Encrypt': all,
        'kms:GenerateDataKey': all,
        'kms:GenerateDataKeyWithoutPlaintext': all,
        'kms:ReEncryptFrom': all,
        'kms:ReEncryptTo': all,
      });
    }
  });

  it('decrypts the objects behind the links, for the role that signs them', () => {
    expect(usesOf('SignerRole')).toEqual({ 'kms:Decrypt': ['s3'] });
  });

  it('is required: nothing is stored under another key', () => {
    for (const id of ['StorageSourceBucketPolicy', 'StorageProcessedBucketPolicy']) {
      const { PolicyDocument } = one(withKey, 'AWS::S3::BucketPolicy', id);
      const { Statement } = PolicyDocument as { Statement: Record<string, unknown>[] };
      const refused = Statement.filter(({ Action }) => Action === 's3:PutObject');
      expect(refused.map(({ Effect }) => Effect)).toEqual(['Deny', 'Deny']);
      expect(refused.map(({ Condition }) => Condition)).toEqual([
        {
          Null: { 's3:x-amz-server-side-encryption': 'false' },
          StringNotEquals: {
            's3:x-amz-server-side-encryption-aws-kms-key-id': {
              'Fn::GetAtt': [expect.stringMatching(/^CustomerKey/), 'Arn'],
            },
          },
        },
        { Null: { 's3:x-amz-server-side-encryption-customer-algorithm': 'false' } },
      ]);
    }
  });

  it('is an output of the stack, for those who upload', () => {
    expect(readable(withKey.Outputs.KeyArn?.Value, withKey)).toBe(KEY);
  });
});
