import { beforeAll, describe, expect, it } from 'vitest';
import { WORKERS, type WorkerName } from '../../core/names.ts';
import { OUTER_FUNCTIONS } from '../../docker/bundle.ts';
import { grantsOf } from '../../lib/guard/grants.ts';
import { isObject, listOf } from '../../lib/guard/template.ts';
import { all, readable, type Template, withApp, withoutHash } from '../support/synthesise.ts';
import { VARIANTS } from '../support/variants.ts';
import {
  type BucketParts,
  constructOf,
  DELETED_OUTPUTS,
  EXPECTED_WORKERS,
  LINKED_OUTPUTS,
  outerConstructOf,
  workersThat,
} from './expected-workers.ts';

/* Who may do what in which part of a bucket, and whom buckets, queues, topics and keys admit, calculated from templates. */

/** The templates of every checked deployment, including those of its second region. */
const templates = new Map<string, Template[]>();

beforeAll(() => {
  for (const [name, variant] of Object.entries(VARIANTS)) {
    templates.set(
      name,
      withApp(variant, (app) => app.synth().stacks.map(({ template }) => template as Template)),
    );
  }
}, 120_000);

type Doing = keyof BucketParts;

/** What is certainly neither reading nor deleting counts as writing, such as a pattern or a setting of the bucket. */
function doingOf(action: string): Doing {
  if (/^s3:(Get|Head)\w+$/.test(action)) return 'reads';
  if (/^s3:List\w+$/.test(action)) return 'lists';
  return /^s3:Delete\w+$/.test(action) ? 'deletes' : 'writes';
}

/** All that a role may do with buckets: by its own permissions, by roles that it may assume, by bucket policies. */
function partsOf(roleId: string, template: Template): BucketParts {
  const parts = new Map<Doing, Set<string>>();
  for (const { actions, resources } of grantsOf(roleId, template)) {
    for (const action of actions.filter((name) => /^(s3:|\*)/.test(name))) {
      const doing = doingOf(action);
      const known = parts.get(doing) ?? new Set();
      parts.set(doing, new Set([...known, ...resources.map((arn) => nameOf(arn, template))]));
    }
  }
  return Object.fromEntries([...parts].map(([doing, names]) => [doing, [...names].sort()]));
}

/** `source/prefix/*` for an ARN of objects, `source` for the bucket itself. */
function nameOf(arn: string, template: Template): string {
  return readable(arn, template)
    .replace(/^arn:aws:s3:::/, '')
    .replace(/^\{Storage(\w+)Bucket\}/, (_, which: string) => which.toLowerCase())
    .replace(/^\{HttpAppBucket\}/, 'app')
    .replace(/^cdk-hnb659fds-assets-[\d*]+-[\w*-]+\//, 'assets of CDK/')
    .replace(/^darkroom-\w+-(source|processed)-[\d*]+-eu-west-1/, 'copy of $1');
}

/** To what the API's links may lead. */
const LINKED_BY_API = [
  'processed/augmented-images/*',
  'processed/details/*',
  'processed/exports/*',
  'processed/previews/*',
  'processed/processed/*',
  'source/*',
];

/** Everything that each role may do with the buckets. */
const EXPECTED: Readonly<Record<string, BucketParts>> = {
  ...Object.fromEntries(WORKERS.map((worker) => [constructOf(worker), EXPECTED_WORKERS[worker].buckets])),
  HttpHealthWorker: {
    reads: ['processed/health-check', 'source/health-check'],
    lists: ['processed', 'source'],
  },
  // By the roles with which it signs.
  HttpApiWorker: { reads: [...LINKED_BY_API], writes: ['source/uploads/*'] },
  HttpPixelsWorker: {
    reads: ['processed/previews/*', 'source/*'],
    writes: ['processed/previews/*'],
    deletes: DELETED_OUTPUTS,
    lists: ['processed', 'source'],
  },
  LabelsWorker: {
    reads: [...LINKED_OUTPUTS, 'processed/work/*'],
    lists: ['processed'],
    deletes: DELETED_OUTPUTS,
  },
  HttpClassifyWorker: { reads: ['source/*'], lists: ['source'] },
  HttpAppUpload: { reads: ['app', 'assets of CDK/*'], lists: ['app'], writes: ['app/*'], deletes: ['app/*'] },
  HttpLiveWorker: {},
  HttpTrendsWorker: {},
  HttpSigningLinks: { reads: [...LINKED_BY_API] },
  HttpSigningUploads: { writes: ['source/uploads/*'] },
  Signer: { reads: LINKED_OUTPUTS },
  Check: {
    reads: ['processed/augmented-images/*/end-to-end-check/*', 'processed/processed/end-to-end-check/*'],
    writes: ['source/end-to-end-check/*'],
  },
};

/** S3 copies the configured buckets. */
function replicationOf(buckets: readonly string[]): BucketParts {
  return {
    reads: buckets.flatMap((bucket) => [bucket, `${bucket}/*`]),
    lists: [...buckets],
    writes: buckets.map((bucket) => `copy of ${bucket}/*`),
  };
}

/** Roles that exist only if something is switched on. */
const OPTIONAL = ['Check', 'LabelsWorker', 'HttpClassifyWorker'];

describe('no role reaches more than its part of the buckets', () => {
  it.each(Object.entries(VARIANTS))('in %s', (name, { replicaRegion, replicated = 'both' }) => {
    const made = (templates.get(name) ?? []).flatMap((template) =>
      Object.entries(template.Resources)
        .filter(([, { Type }]) => Type === 'AWS::IAM::Role')
        .map(([id]) => [withoutHash(id).slice(0, -4), partsOf(id, template)] as const),
    );
    const found = Object.fromEntries(made);
    const buckets = replicated === 'both' ? ['processed', 'source'] : [replicated];
    const expected = {
      ...EXPECTED,
      ...(replicaRegion ? { Replication: replicationOf(buckets) } : {}),
    };
    const absent = OPTIONAL.filter((role) => !(role in found));
    expect(found).toEqual(
      Object.fromEntries(Object.entries(expected).filter(([role]) => !absent.includes(role))),
    );
  });

  it.each(Object.keys(VARIANTS))(
    'no action is a pattern, and no statement means any resource, in %s',
    (name) => {
      const grants = (templates.get(name) ?? []).flatMap((template) =>
        Object.entries(template.Resources)
          .filter(([, { Type }]) => Type === 'AWS::IAM::Role')
          .flatMap(([id]) => grantsOf(id, template)),
      );
      expect(grants.length).toBeGreaterThan(30);
      expect(grants.flatMap(({ actions }) => actions).filter((action) => /[*?]/.test(action))).toEqual([]);
      const anywhere = grants
        .filter(({ resources }) => resources.includes('*'))
        .flatMap(({ actions }) => actions);
      expect(new Set(anywhere)).toEqual(new Set(['xray:PutTelemetryRecords', 'xray:PutTraceSegments']));
    },
  );

  it('a wider permission is noticed, however it is given', () => {
    const [template] = templates.get('dev') ?? [];
    if (!template) throw new Error('expected a template of dev');
    const [, policy] =
      all(template, 'AWS::IAM::Policy').find(([id]) => id.startsWith('RecorderWorker')) ?? [];
    const wider = structuredClone(template);
    const [role = ''] = Object.keys(wider.Resources).filter(
      (id) => id.startsWith('RecorderWorkerRole') && !id.includes('Policy'),
    );
    const { Statement } = structuredClone(policy?.Properties.PolicyDocument) as { Statement: unknown[] };
    Statement.push({ Effect: 'Allow', Action: 's3:Put*', Resource: 'arn:aws:s3:::*/processed/*' });
    wider.Resources.Another = {
      Type: 'AWS::IAM::Policy',
      Properties: { PolicyDocument: { Statement }, Roles: [{ Ref: role }] },
    };
    expect(partsOf(role, wider)).toEqual({ reads: LINKED_OUTPUTS, writes: ['*/processed/*'] });
  });
});

/** Whom the policies of resources admit: `resource: who, what, under which conditions`. */
function letInBy(template: Template): string[] {
  return Object.entries(template.Resources).flatMap(([id, { Properties = {} }]) => {
    const { PolicyDocument, KeyPolicy, AssumeRolePolicyDocument, Principal, Action } = Properties;
    // The permission to invoke a function is a separate resource.
    if (Principal !== undefined) {
      const [invoked, source] = [Properties.FunctionName, Properties.SourceArn].map((arn) =>
        readable(arn, template),
      );
      return [`${invoked?.slice(1, -1)}: ${[Principal, Action, source].join(', ')}`];
    }
    const resource = withoutHash(id);
    const document = AssumeRolePolicyDocument ?? KeyPolicy ?? PolicyDocument;
    const { Statement } = (document ?? { Statement: [] }) as { Statement: Record<string, unknown>[] };
    return Statement.filter((statement) => statement.Effect === 'Allow' && 'Principal' in statement).map(
      (statement) => `${resource}: ${letInByStatement(statement, template).join(', ')}`,
    );
  });
}

function letInByStatement(
  { Principal, Action, Condition = {} }: Record<string, unknown>,
  template: Template,
) {
  const text = (value: unknown) => readable(value, template);
  const who = isObject(Principal) ? Object.values(Principal).flatMap(listOf) : listOf(Principal);
  const fields = Object.values(Condition as object).flatMap((fields) => Object.entries(fields));
  return [
    who.map(text).join(' '),
    listOf(Action).join(' '),
    ...fields.map(([field, value]) => `${field}=${text(value)}`),
  ];
}

const ACCOUNT = 'aws:SourceAccount=111122223333';
const ROOT = 'arn:aws:iam::111122223333:root, kms:*';
const ASSUMED_BY_LAMBDA = [
  ...[...WORKERS, 'labels' as const].map(constructOf),
  ...OUTER_FUNCTIONS.map(outerConstructOf),
  'HttpClassifyWorker',
].map((name) => `${name}Role: lambda.amazonaws.com, sts:AssumeRole`);
/** Who may assume the role that signs links. */
const signers = (workers: readonly WorkerName[]) =>
  `SignerRole: ${workers
    .map((worker) => `{${constructOf(worker)}Role}`)
    .sort()
    .join(' ')}, sts:AssumeRole`;
const ENDING_RUNS = workersThat(({ endsRuns }) => endsRuns);
/** S3's records of requests, each bucket's under its own prefix. */
const RECORDS = 'logging.s3.amazonaws.com, s3:PutObject, aws:SourceArn=arn:aws:s3:::';

const INVOKED_BY_GATEWAY =
  'apigateway.amazonaws.com, lambda:InvokeFunction, arn:aws:execute-api:eu-central-1:111122223333';

const LET_IN = [
  ...ASSUMED_BY_LAMBDA,
  signers([...ENDING_RUNS, 'labels']),
  'HttpSigningLinksRole: {HttpApiWorkerRole}, sts:AssumeRole',
  'HttpSigningUploadsRole: {HttpApiWorkerRole}, sts:AssumeRole',
  'CheckRole: arn:aws:iam::444455556666:root, sts:AssumeRole',
  'ReplicationRole: s3.amazonaws.com, sts:AssumeRole',
  // S3 notifies of uploads only for buckets of this account.
  `ProcessorIngestQueuePolicy: s3.amazonaws.com, sqs:SendMessage, ${ACCOUNT}, aws:SourceArn=arn:aws:s3:::*`,
  `MonitoringOperationsTopicPolicy: budgets.amazonaws.com cloudwatch.amazonaws.com, sns:Publish, ${ACCOUNT}`,
  ...['Source', 'Processed'].flatMap((which) => [
    `StorageAccessLogsBucketPolicy: ${RECORDS}{Storage${which}Bucket}, ${ACCOUNT}`,
    `AccessLogsBucketPolicy: ${RECORDS}darkroom-prod-${which.toLowerCase()}-111122223333-eu-west-1, ${ACCOUNT}`,
  ]),
  `CustomerKey: ${ROOT}`,
  'CustomerKey: s3.amazonaws.com, kms:Decrypt kms:GenerateDataKey',
  `CustomerKey: cloudwatch.amazonaws.com, kms:Decrypt kms:GenerateDataKey*, ${ACCOUNT}`,
  `CustomerKey: budgets.amazonaws.com, kms:Decrypt kms:GenerateDataKey*, ${ACCOUNT}`,
  'CustomerKey: logs.eu-central-1.*, kms:Decrypt kms:DescribeKey kms:Encrypt kms:GenerateDataKey* kms:ReEncrypt*, ' +
    'kms:EncryptionContext:aws:logs:arn=arn:aws:logs:eu-central-1:111122223333:log-group:*',
  `Key: ${ROOT}`,
  ...workersThat(({ schedule }) => schedule).map((worker) => {
    const name = constructOf(worker);
    const schedule = name.replace('Worker', 'Schedule');
    return `${name}Function: events.amazonaws.com, lambda:InvokeFunction, {${schedule}}`;
  }),
  'HttpAppUploadRole: lambda.amazonaws.com, sts:AssumeRole',
  'HttpAppBucketPolicy: cloudfront.amazonaws.com, s3:GetObject, AWS:SourceArn=arn:aws:cloudfront::*:distribution/{HttpAppDistribution}',
  'HttpTrendsWorkerFunction: events.amazonaws.com, lambda:InvokeFunction, {HttpTrendsSchedule}',
  ...['*/*/api/{proxy+}', '*/*/health'].map((route) => {
    const name = route.endsWith('health') ? 'Health' : 'Api';
    return `Http${name}WorkerFunction: ${INVOKED_BY_GATEWAY}:{HttpGatewayApi}/${route}`;
  }),
  ...['$connect', '$disconnect', '$default'].map(
    (route) => `HttpLiveWorkerFunction: ${INVOKED_BY_GATEWAY}:{HttpLiveApi}/*${route}`,
  ),
  ...['CompletionTopic', 'ProgressTopic'].map(
    (topic) => `HttpLiveWorkerFunction: sns.amazonaws.com, lambda:InvokeFunction, {${topic}}`,
  ),
];

describe('buckets, queues, topics, keys, functions and roles', () => {
  it('admit only these, with everything switched on', () => {
    const found = (templates.get('prod, everything') ?? []).flatMap(letInBy);
    expect(found.toSorted()).toEqual(LET_IN.toSorted());
  });

  it.each(Object.keys(VARIANTS))('admit nobody else in %s', (name) => {
    const known = new Set([...LET_IN, signers(ENDING_RUNS)].map(inAnyAccount));
    const found = (templates.get(name) ?? []).flatMap(letInBy).map(inAnyAccount);
    expect(found.length).toBeGreaterThanOrEqual(10);
    expect(found.filter((line) => !known.has(line))).toEqual([]);
  });
});

/** The line for an unknown account and region, where the copies have no known names. */
function inAnyAccount(line: string): string {
  return line
    .replace(/darkroom-\w+-source-[\d*]+-[\w-]+/, '{SourceReplica}')
    .replace(/darkroom-\w+-processed-[\d*]+-[\w-]+/, '{ProcessedReplica}')
    .replace(/111122223333|eu-central-1/g, '*');
}
