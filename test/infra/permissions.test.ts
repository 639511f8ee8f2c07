import { describe, expect, it } from 'vitest';
import { WORKERS } from '../../core/names.ts';
import { OUTER_FUNCTIONS } from '../../docker/bundle.ts';
import { listOf } from '../../lib/guard/template.ts';
import { all, allowedBy, readable, synthesise } from '../support/synthesise.ts';
import {
  constructOf,
  EXPECTED_OUTSIDE,
  EXPECTED_WORKERS,
  LINKED_OUTPUTS,
  outerConstructOf,
  workersThat,
} from './expected-workers.ts';

const template = synthesise();

/** What a role may do, except for its own log and X-Ray. */
function permissionsOf(role: string): string[] {
  return all(template, 'AWS::IAM::Policy')
    .filter(([id]) => id === `${role}RoleDefaultPolicy`)
    .flatMap(([, { Properties }]) => allowedBy(Properties.PolicyDocument, template))
    .filter((line) => !/^(logs|xray):/.test(line));
}

const EXPECTED: Record<string, string[]> = {
  ...Object.fromEntries(WORKERS.map((worker) => [constructOf(worker), EXPECTED_WORKERS[worker].permissions])),
  ...Object.fromEntries(OUTER_FUNCTIONS.map((name) => [outerConstructOf(name), EXPECTED_OUTSIDE[name]])),
  HttpSigningLinks: EXPECTED_OUTSIDE.links,
  HttpSigningUploads: EXPECTED_OUTSIDE.uploads,
  HttpAppUpload: [
    's3:GetObject arn:aws:s3:::cdk-hnb659fds-assets-*-*/*',
    's3:PutObject arn:aws:s3:::{HttpAppBucket}/*',
    's3:DeleteObject arn:aws:s3:::{HttpAppBucket}/*',
    's3:ListBucket arn:aws:s3:::{HttpAppBucket}',
    's3:GetBucketTagging arn:aws:s3:::{HttpAppBucket}',
  ],
  Signer: LINKED_OUTPUTS.map(
    (outputs) => `s3:GetObject arn:aws:s3:::{StorageProcessedBucket}/${outputs.replace('processed/', '')}`,
  ),
};

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
    expect(policies).toHaveLength(WORKERS.length + OUTER_FUNCTIONS.length);
    for (const [id, { Properties }] of policies) {
      const logs = allowedBy(Properties.PolicyDocument, template).filter((line) => line.startsWith('logs:'));
      const group = `{${id.replace('RoleDefaultPolicy', 'Logs')}}`;
      expect(logs).toEqual([`logs:CreateLogStream ${group}`, `logs:PutLogEvents ${group}`]);
    }
  });

  it('let only Lambda assume the roles of the functions, and of the signers only who signs', () => {
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
    const functions = [...WORKERS.map(constructOf), ...OUTER_FUNCTIONS.map(outerConstructOf)];
    const ofFunctions = functions.map((construct) => [`${construct}Role`, ['lambda.amazonaws.com']]);
    const signing = workersThat(({ endsRuns }) => endsRuns);
    expect(Object.fromEntries(trusted)).toEqual({
      ...Object.fromEntries(ofFunctions),
      HttpAppUploadRole: ['lambda.amazonaws.com'],
      HttpSigningLinksRole: ['{HttpApiWorkerRole}'],
      HttpSigningUploadsRole: ['{HttpApiWorkerRole}'],
      SignerRole: signing.map((worker) => `{${constructOf(worker)}Role}`),
    });
  });
});
