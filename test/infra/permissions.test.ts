import { describe, expect, it } from 'vitest';
import { listOf } from '../../lib/guard/template.ts';
import { all, allowedBy, readable, synthesise } from '../support/synthesise.ts';

const template = synthesise();

/** The tables below list everything that each function may do, except for its log and X-Ray. */
function permissionsOf(role: string): string[] {
  return all(template, 'AWS::IAM::Policy')
    .filter(([id]) => id === `${role}RoleDefaultPolicy`)
    .flatMap(([, { Properties }]) => allowedBy(Properties.PolicyDocument, template))
    .filter((line) => !/^(logs|xray):/.test(line));
}

const SOURCE = 'arn:aws:s3:::{StorageSourceBucket}';
const PROCESSED = 'arn:aws:s3:::{StorageProcessedBucket}';
const TABLE = '{CatalogTable}';

/** To delete what was written for an image that was deleted meanwhile. */
const DELETING = [
  `s3:DeleteObjectVersion ${PROCESSED}/augmented-images/*`,
  `s3:DeleteObjectVersion ${PROCESSED}/details/*`,
  `s3:DeleteObjectVersion ${PROCESSED}/processed/*`,
  `s3:DeleteObjectVersion ${PROCESSED}/work/*`,
  `s3:ListBucketVersions ${PROCESSED} if ${JSON.stringify({
    StringLike: { 's3:prefix': ['processed/*', 'augmented-images/*', 'work/*', 'details/*'] },
  })}`,
];
const ANNOUNCING = ['sns:Publish {CompletionTopic}', 'sts:AssumeRole {SignerRole}'];

const EXPECTED: Record<string, string[]> = {
  ProcessorWorker: [
    ...consuming('{ProcessorIngestQueue}'),
    `s3:GetObject ${SOURCE}/*`,
    `s3:GetObjectVersion ${SOURCE}/*`,
    `s3:ListBucket ${SOURCE}`,
    `s3:PutObject ${PROCESSED}/augmented-images/360-degree/*`,
    `s3:PutObject ${PROCESSED}/details/*`,
    `s3:PutObject ${PROCESSED}/processed/*`,
    `s3:PutObject ${PROCESSED}/work/*`,
    ...DELETING,
    `dynamodb:GetItem ${TABLE}`,
    `dynamodb:PutItem ${TABLE}`,
    `dynamodb:UpdateItem ${TABLE}`,
    'sqs:SendMessage {PartsQueue}',
    ...ANNOUNCING,
  ],
  PartsWorker: [
    ...consuming('{PartsQueue}'),
    `s3:GetObject ${PROCESSED}/work/*`,
    `s3:ListBucket ${PROCESSED}`,
    `s3:PutObject ${PROCESSED}/augmented-images/*`,
    ...DELETING,
    `dynamodb:GetItem ${TABLE}`,
    `dynamodb:UpdateItem ${TABLE}`,
    'sqs:SendMessage {ProcessorIngestQueue}',
    ...ANNOUNCING,
  ],
  SweeperWorker: [
    `dynamodb:Query ${TABLE}`,
    `dynamodb:Query ${TABLE}/index/due`,
    `dynamodb:GetItem ${TABLE}`,
    `dynamodb:UpdateItem ${TABLE}`,
    'sqs:SendMessage {ProcessorIngestQueue}',
    'sqs:SendMessage {PartsQueue}',
    'sqs:GetQueueAttributes {ProcessorIngestQueue}',
    'sqs:GetQueueAttributes {PartsQueue}',
    `s3:DeleteObjectVersion ${SOURCE}/*`,
    ...DELETING,
    ...ANNOUNCING,
  ],
  RecorderWorker: [
    ...consuming('{ProcessorIngestDeadLetters}'),
    ...consuming('{PartsDeadLetters}'),
    `dynamodb:GetItem ${TABLE}`,
    `dynamodb:PutItem ${TABLE}`,
    `dynamodb:UpdateItem ${TABLE}`,
    ...ANNOUNCING,
  ],
  ReconcilerWorker: [
    `s3:ListBucketVersions ${SOURCE}`,
    `dynamodb:GetItem ${TABLE}`,
    'sqs:SendMessage {ProcessorIngestQueue}',
  ],
  Signer: [`s3:GetObject ${PROCESSED}/augmented-images/*`, `s3:GetObject ${PROCESSED}/processed/*`],
};

function consuming(queue: string): string[] {
  return ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'].map((action) => `sqs:${action} ${queue}`);
}

describe('permissions', () => {
  it.each(Object.entries(EXPECTED))('%s may do this and no more', (role, expected) => {
    expect(permissionsOf(role)).toEqual([...expected].sort());
  });

  it('are given only to these roles, and by no other kind of policy', () => {
    const roles = all(template, 'AWS::IAM::Role');
    expect(roles.map(([id]) => id).sort()).toEqual(
      Object.keys(EXPECTED)
        .map((name) => `${name}Role`)
        .sort(),
    );
    for (const [, { Properties }] of roles) {
      expect(Properties.ManagedPolicyArns).toBeUndefined();
      expect(Properties.Policies).toBeUndefined();
    }
    expect(all(template, 'AWS::IAM::ManagedPolicy')).toEqual([]);
  });

  it('name every action in full, and every resource but that of X-Ray', () => {
    const lines = all(template, 'AWS::IAM::Policy').flatMap(([, { Properties }]) =>
      allowedBy(Properties.PolicyDocument, template),
    );
    expect(lines.length).toBeGreaterThan(50);
    expect(lines.filter((line) => /^\S*\*/.test(line))).toEqual([]);
    const anything = lines.filter((line) => line.split(' ')[1] === '*');
    expect(new Set(anything)).toEqual(new Set(['xray:PutTelemetryRecords *', 'xray:PutTraceSegments *']));
  });

  it('let each function write to its own log group', () => {
    const policies = all(template, 'AWS::IAM::Policy').filter(([id]) => id.includes('Worker'));
    expect(policies).toHaveLength(5);
    for (const [id, { Properties }] of policies) {
      const logs = allowedBy(Properties.PolicyDocument, template).filter((line) => line.startsWith('logs:'));
      const group = `{${id.replace('RoleDefaultPolicy', 'Logs')}}`;
      expect(logs).toEqual([`logs:CreateLogStream ${group}`, `logs:PutLogEvents ${group}`]);
    }
  });

  it('let only Lambda assume the roles of the functions, and only publishing functions that of the signer', () => {
    const trusted = all(template, 'AWS::IAM::Role').map(([id, { Properties }]) => {
      const { Statement } = Properties.AssumeRolePolicyDocument as {
        Statement: { Principal: { AWS?: unknown; Service?: string } }[];
      };
      const who = Statement.flatMap(({ Principal: { AWS, Service } }) => [
        ...listOf(AWS),
        ...listOf(Service),
      ]);
      return [id, who.map((principal) => readable(principal, template))];
    });
    const lambda = ['lambda.amazonaws.com'];
    expect(Object.fromEntries(trusted)).toEqual({
      ProcessorWorkerRole: lambda,
      PartsWorkerRole: lambda,
      SweeperWorkerRole: lambda,
      RecorderWorkerRole: lambda,
      ReconcilerWorkerRole: lambda,
      SignerRole: [
        '{PartsWorkerRole}',
        '{ProcessorWorkerRole}',
        '{RecorderWorkerRole}',
        '{SweeperWorkerRole}',
      ],
    });
  });
});
