import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { WORKERS } from '../../core/names.ts';
import { OUTER_FUNCTIONS } from '../../docker/bundle.ts';
import {
  all,
  allowedBy,
  one,
  ownFunctions,
  readable,
  synthesise,
  type Template,
} from '../support/synthesise.ts';
import { constructOf, EXPECTED_WORKERS, outerConstructOf, workersThat } from './expected-workers.ts';

const dev = synthesise({ stage: 'dev' });
const prod = synthesise({ stage: 'prod' });

const DAY_S = 86_400;

function functionsOf(template: Template): [id: string, properties: Record<string, unknown>][] {
  return ownFunctions(template).map(([id, { Properties }]) => [id, Properties]);
}

describe('queues', () => {
  const queues = all(dev, 'AWS::SQS::Queue').map(([id, { Properties }]) => ({ id, ...Properties }));

  it('are three, each with a dead-letter queue after five receives, or three where a user waits', () => {
    const redrives = queues.map(({ id, ...queue }) => {
      const redrive = (queue as { RedrivePolicy?: Record<string, unknown> }).RedrivePolicy;
      return [id, redrive && [readable(redrive.deadLetterTargetArn, dev), redrive.maxReceiveCount]];
    });
    expect(Object.fromEntries(redrives)).toEqual({
      ProcessorIngestQueue: ['{ProcessorIngestDeadLetters}', 5],
      ProcessorIngestDeadLetters: undefined,
      PartsQueue: ['{PartsDeadLetters}', 5],
      PartsDeadLetters: undefined,
      ExportsQueue: ['{ExportsDeadLetters}', 3],
      ExportsDeadLetters: undefined,
    });
  });

  it('keep messages for 14 days and are encrypted', () => {
    for (const queue of queues) {
      expect(queue).toMatchObject({ MessageRetentionPeriod: 14 * DAY_S, SqsManagedSseEnabled: true });
    }
  });

  it('hide a message for 360 s, an export for 1,800 s: six times the timeout of the consumer', () => {
    const mappings = all(dev, 'AWS::Lambda::EventSourceMapping').map(([, { Properties }]) => Properties);
    expect(mappings).toHaveLength(queues.length);
    for (const { EventSourceArn, FunctionName } of mappings) {
      const queue = one(dev, 'AWS::SQS::Queue', readable(EventSourceArn, dev).slice(1, -1));
      const consumer = one(dev, 'AWS::Lambda::Function', readable(FunctionName, dev).slice(1, -1));
      const isExport = readable(EventSourceArn, dev) === '{ExportsQueue}';
      expect(queue.VisibilityTimeout).toBe(isExport ? 1800 : 360);
      expect(queue.VisibilityTimeout).toBeGreaterThanOrEqual(6 * Number(consumer.Timeout));
    }
  });

  it('are consumed with partial failures, in fitting batches, with limited concurrency', () => {
    const consumptions = all(dev, 'AWS::Lambda::EventSourceMapping').map(([, { Properties }]) => {
      expect(Properties.FunctionResponseTypes).toEqual(['ReportBatchItemFailures']);
      const { MaximumConcurrency } = Properties.ScalingConfig as { MaximumConcurrency: number };
      return [readable(Properties.EventSourceArn, dev), Properties.BatchSize, MaximumConcurrency];
    });
    expect(consumptions).toEqual([
      ['{ProcessorIngestQueue}', 1, 10],
      ['{PartsQueue}', 5, 10],
      ['{ExportsQueue}', 1, 5],
      ['{ProcessorIngestDeadLetters}', 10, 2],
      ['{PartsDeadLetters}', 10, 2],
      ['{ExportsDeadLetters}', 10, 2],
    ]);
  });
});

describe('transport', () => {
  it.each([
    ['AWS::SQS::QueuePolicy', 6, 'sqs:*'],
    ['AWS::S3::BucketPolicy', 3, 's3:*'],
    ['AWS::SNS::TopicPolicy', 3, 'sns:Publish'],
  ])('is refused without TLS by every %s', (type, count, action) => {
    const policies = all(dev, type);
    expect(policies).toHaveLength(count);
    for (const [, { Properties }] of policies) {
      const { Statement } = Properties.PolicyDocument as { Statement: unknown[] };
      expect(Statement).toContainEqual(
        expect.objectContaining({
          Effect: 'Deny',
          Action: action,
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        }),
      );
    }
  });
});

describe('buckets', () => {
  it.each(['StorageSourceBucket', 'StorageProcessedBucket'])(
    '%s is versioned, encrypted, private, unnamed',
    (id) => {
      expect(one(dev, 'AWS::S3::Bucket', id)).toMatchObject({
        VersioningConfiguration: { Status: 'Enabled' },
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
        },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      });
      expect(one(dev, 'AWS::S3::Bucket', id)).not.toHaveProperty('BucketName');
    },
  );

  it('delete old versions, unfinished uploads, intermediates after 15 days, and exports after one', () => {
    const rules = (id: string) =>
      (one(prod, 'AWS::S3::Bucket', id).LifecycleConfiguration as { Rules: unknown[] }).Rules;
    const housekeeping = {
      Id: 'housekeeping',
      Status: 'Enabled',
      NoncurrentVersionExpiration: { NoncurrentDays: 30 },
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
      ExpiredObjectDeleteMarker: true,
    };
    expect(rules('StorageSourceBucket')).toEqual([housekeeping]);
    expect(rules('StorageProcessedBucket')).toEqual([
      housekeeping,
      {
        Id: 'intermediates',
        Status: 'Enabled',
        Prefix: 'work/',
        ExpirationInDays: 15,
        NoncurrentVersionExpiration: { NoncurrentDays: 1 },
      },
      {
        Id: 'exports',
        Status: 'Enabled',
        Prefix: 'exports/',
        ExpirationInDays: 1,
        NoncurrentVersionExpiration: { NoncurrentDays: 1 },
      },
    ]);
  });

  it('notify the ingest queue of uploads, after its policy exists', () => {
    const { NotificationConfiguration } = one(dev, 'AWS::S3::Bucket', 'StorageSourceBucket');
    const { QueueConfigurations, ...others } = NotificationConfiguration as {
      QueueConfigurations: { Event: string; Queue: unknown }[];
    };
    expect(others).toEqual({});
    expect(QueueConfigurations.map(({ Event, Queue }) => [Event, readable(Queue, dev)])).toEqual([
      ['s3:ObjectCreated:*', '{ProcessorIngestQueue}'],
    ]);
    const [source] = all(dev, 'AWS::S3::Bucket').filter(([id]) => id === 'StorageSourceBucket');
    const [policy] = source?.[1].DependsOn ?? [];
    expect(dev.Resources[policy ?? '']).toMatchObject({
      Type: 'AWS::SQS::QueuePolicy',
      Properties: { Queues: [{ Ref: expect.stringMatching(/^ProcessorIngestQueue/) }] },
    });
    expect(one(dev, 'AWS::S3::Bucket', 'StorageProcessedBucket')).not.toHaveProperty(
      'NotificationConfiguration',
    );
  });

  it('of this account, and no others, may send to the ingest queue', () => {
    const { PolicyDocument } = one(dev, 'AWS::SQS::QueuePolicy', 'ProcessorIngestQueuePolicy');
    const condition = {
      StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
      ArnLike: { 'aws:SourceArn': { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':s3:::*']] } },
    };
    expect(allowedBy(PolicyDocument, dev)).toEqual([
      `sqs:SendMessage {ProcessorIngestQueue} if ${JSON.stringify(condition)}`,
    ]);
  });
});

describe('catalog', () => {
  const table = one(dev, 'AWS::DynamoDB::Table', 'CatalogTable');

  it('is billed by use and can be restored to any second of 35 days', () => {
    expect(table).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
  });

  it('has indexes that carry only keys, all of them strings', () => {
    const indexes = table.GlobalSecondaryIndexes as { IndexName: string; Projection: unknown }[];
    expect(indexes.map(({ IndexName, Projection }) => [IndexName, Projection])).toEqual(
      ['due', 'failed', 'owner', 'album', 'all'].map((name) => [name, { ProjectionType: 'KEYS_ONLY' }]),
    );
    for (const { AttributeType } of table.AttributeDefinitions as { AttributeType: string }[]) {
      expect(AttributeType).toBe('S');
    }
  });

  it('changes one index in each step of docs/releasing.md, as CloudFormation demands', () => {
    const text = readFileSync(new URL('../../docs/releasing.md', import.meta.url), 'utf8');
    const steps = [...text.matchAll(/-c catalogIndexes='(\[.*?\])'/g)].map(([, names]) =>
      JSON.parse(names ?? ''),
    );
    expect(steps).toHaveLength(2);
    const tables = [...steps.map((catalogIndexes) => synthesise({ catalogIndexes })), dev].map((template) => {
      const { GlobalSecondaryIndexes } = one(template, 'AWS::DynamoDB::Table', 'CatalogTable');
      return (GlobalSecondaryIndexes as { IndexName: string }[]).map(({ IndexName }) => IndexName);
    });
    const before = ['due', 'failed', 'owner', 'recipe'];
    for (const [index, names] of [before, ...tables].entries()) {
      const next = tables[index];
      if (next === undefined) continue;
      const changed = [
        ...names.filter((name) => !next.includes(name)),
        ...next.filter((name) => !names.includes(name)),
      ];
      expect(changed).toHaveLength(1);
    }
  });
});

describe('functions', () => {
  it('run on arm64, traced, each with its own log, which is kept for 14 days', () => {
    const functions = functionsOf(dev);
    expect(functions).toHaveLength(WORKERS.length + OUTER_FUNCTIONS.length);
    for (const [id, properties] of functions) {
      expect(properties).toMatchObject({ Architectures: ['arm64'], TracingConfig: { Mode: 'Active' } });
      const { LogGroup } = properties.LoggingConfig as { LogGroup: unknown };
      expect(readable(LogGroup, dev)).toBe(`{${id.replace(/Function$/, 'Logs')}}`);
    }
    for (const [, { Properties }] of all(dev, 'AWS::Logs::LogGroup')) {
      expect(Properties.RetentionInDays).toBe(14);
    }
  });

  it('are container images if they handle pixels, else zip files', () => {
    const packaging = functionsOf(dev).map(([id, { PackageType, ImageConfig, Handler, Runtime }]) => [
      id,
      PackageType === 'Image' ? ImageConfig : [Handler, Runtime],
    ]);
    const expected = WORKERS.map((worker) => [
      `${constructOf(worker)}Function`,
      EXPECTED_WORKERS[worker].handlesPixels
        ? { Command: [`${worker}.handler`] }
        : [`${worker}.handler`, 'nodejs24.x'],
    ]);
    const ofOutside = OUTER_FUNCTIONS.map((name) => [
      `${outerConstructOf(name)}Function`,
      name === 'pixels' ? { Command: [`${name}.handler`] } : [`${name}.handler`, 'nodejs24.x'],
    ]);
    expect(Object.fromEntries(packaging)).toEqual(Object.fromEntries([...expected, ...ofOutside]));
  });

  it('are all zip files, for the configured architecture, if the configuration says so', () => {
    const template = synthesise({ packaging: 'zip', architecture: 'x86_64' });
    for (const [, properties] of functionsOf(template)) {
      expect(properties).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['x86_64'] });
      expect(properties).not.toHaveProperty('PackageType');
    }
  });

  it('reserve no concurrency by default: a new account has little', () => {
    const reserving = (template: Template) =>
      functionsOf(template).flatMap(([id, { ReservedConcurrentExecutions: count }]) =>
        count === undefined ? [] : [[id, count]],
      );
    expect(reserving(dev)).toEqual([]);
    const handlingPixels = workersThat(({ handlesPixels }) => handlesPixels);
    expect(reserving(synthesise({ reservedConcurrency: '20' })).sort()).toEqual(
      [outerConstructOf('pixels'), ...handlingPixels.map(constructOf)].map((construct) => [
        `${construct}Function`,
        20,
      ]),
    );
  });

  it('are invoked by their schedules', () => {
    const schedules = all(dev, 'AWS::Events::Rule').map(([, { Properties }]) => {
      const [target] = Properties.Targets as [{ Arn: unknown }];
      return [readable(target.Arn, dev), Properties.ScheduleExpression];
    });
    const expected = workersThat(({ schedule }) => schedule).map((worker) => [
      `{${constructOf(worker)}Function}`,
      EXPECTED_WORKERS[worker].schedule,
    ]);
    const trends = ['{HttpTrendsWorkerFunction}', 'rate(1 hour)'];
    expect(Object.fromEntries(schedules)).toEqual(Object.fromEntries([...expected, trends]));
  });
});

describe('the stack', () => {
  it('keeps buckets, catalog and logs in prod, and nothing in dev', () => {
    const kept = ['AWS::S3::Bucket', 'AWS::DynamoDB::Table', 'AWS::Logs::LogGroup', 'AWS::Cognito::UserPool'];
    // Sockets are open for hours at most, and each deployment uploads the app again.
    const policies = (template: Template) =>
      kept.flatMap((type) =>
        all(template, type)
          .filter(([id]) => !['HttpLiveSocketsTable', 'HttpAppBucket'].includes(id))
          .map(([, { DeletionPolicy }]) => DeletionPolicy),
      );
    expect(new Set(policies(prod))).toEqual(new Set(['Retain']));
    expect(new Set(policies(dev))).toEqual(new Set(['Delete']));
    expect(one(prod, 'AWS::DynamoDB::Table', 'CatalogTable').DeletionProtectionEnabled).toBe(true);
    expect(one(dev, 'AWS::DynamoDB::Table', 'CatalogTable').DeletionProtectionEnabled).toBe(false);
  });

  it.each(['CompletionTopic', 'ProgressTopic'])('encrypts what the %s holds', (id) => {
    const { KmsMasterKeyId } = one(dev, 'AWS::SNS::Topic', id);
    expect(readable(KmsMasterKeyId, dev)).toMatch(/:alias\/aws\/sns$/);
  });

  it('has no custom resource but the upload of the app, and no nested stack', () => {
    const types = Object.values(dev.Resources).map(({ Type }) => Type);
    expect(types.filter((type) => /^(Custom::|AWS::CloudFormation::)/.test(type))).toEqual([
      'Custom::CDKBucketDeployment',
      'Custom::CDKBucketDeployment',
    ]);
  });

  it('has outputs that say what to do next', () => {
    const outputs = Object.entries(dev.Outputs).map(([id, { Value }]) => [id, readable(Value, dev)]);
    expect(Object.fromEntries(outputs)).toEqual({
      SourceBucketName: '{StorageSourceBucket}',
      ProcessedBucketName: '{StorageProcessedBucket}',
      TopicArn: '{CompletionTopic}',
      AppUrl: 'https://{HttpAppDistribution}',
      ApiUrl: 'https://{HttpAppDistribution}/api/v1',
      HealthUrl: 'https://{HttpAppDistribution}/health',
      Issuer: 'https://cognito-idp.*.*/{HttpLoginUsers}',
      AppClientId: '{HttpLoginApp}',
      UserPoolId: '{HttpLoginUsers}',
      CatalogTableName: '{CatalogTable}',
      OperationsTopicArn: '{MonitoringOperationsTopic}',
      DashboardName: 'Darkroom-dev',
      UploadCommand: 'aws s3 cp photo.jpg s3://{StorageSourceBucket}/',
      SubscribeCommand:
        'aws sns subscribe --topic-arn {CompletionTopic} --protocol email --notification-endpoint you@example.com',
    });
  });

  it('is the same as in the snapshot', () => {
    // function-settings.test.ts looks at the settings.
    const withoutSettings = JSON.stringify(dev, (name, value) =>
      name === 'DARKROOM_SETTINGS' ? 'SETTINGS' : value,
    );
    expect(JSON.parse(withoutSettings.replace(/[0-9a-f]{64}/g, 'HASH'))).toMatchSnapshot();
  });
});
