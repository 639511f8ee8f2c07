import { describe, expect, it } from 'vitest';
import { all, allowedBy, one, readable, synthesiseAll, type Template } from '../support/synthesise.ts';

/** A deployment with a second region, and its copies. These are deployed first, because S3 copies only to existing buckets. */
function synthesiseBoth(settings: Record<string, unknown>): [deployment: Template, replica: Template] {
  const templates = synthesiseAll({ region: 'eu-central-1', replicaRegion: 'eu-west-1', ...settings });
  expect([...templates.keys()]).toEqual(['Darkroom-dev-replica', 'Darkroom-dev']);
  const [replica, deployment] = templates.values();
  return [deployment as Template, replica as Template];
}

const settings = {
  account: '111122223333',
  sourceExpiryDays: '400',
  processedExpiryDays: '90',
  accessLogDays: '30',
};
const [deployment, replica] = synthesiseBoth(settings);
const [deploymentWithKey, replicaWithKey] = synthesiseBoth({ ...settings, encryption: 'customer-key' });

interface ReplicationRule {
  Status: string;
  Priority: number;
  Filter: { Prefix: string };
  DeleteMarkerReplication: { Status: string };
  Destination: { Bucket: unknown; EncryptionConfiguration?: { ReplicaKmsKeyID: unknown } };
  SourceSelectionCriteria?: unknown;
}

function rulesOf(template: Template, bucket: string): ReplicationRule[] {
  const { ReplicationConfiguration } = one(template, 'AWS::S3::Bucket', bucket);
  return (ReplicationConfiguration as { Rules: ReplicationRule[] }).Rules;
}

function rightsOf(template: Template): string[] {
  const { PolicyDocument } = one(template, 'AWS::IAM::Policy', 'ReplicationRoleDefaultPolicy');
  return allowedBy(PolicyDocument, template);
}

describe('a second region', () => {
  it('gets all uploads and results, but no intermediate', () => {
    const copied = ['StorageSourceBucket', 'StorageProcessedBucket'].map((bucket) =>
      rulesOf(deployment, bucket).map(({ Filter, Destination }) => [
        Filter.Prefix,
        readable(Destination.Bucket, deployment),
      ]),
    );
    const [source, processed] = ['source', 'processed'].map(
      (holding) => `arn:aws:s3:::darkroom-dev-${holding}-111122223333-eu-west-1`,
    );
    expect(copied).toEqual([
      [['', source]],
      [
        ['processed/', processed],
        ['augmented-images/', processed],
        ['details/', processed],
        ['previews/', processed],
      ],
    ]);
  });

  it('has the buckets to which the other region copies, with these names', () => {
    const names = all(replica, 'AWS::S3::Bucket').map(([, { Properties }]) => Properties.BucketName);
    expect(names).toEqual([
      undefined,
      'darkroom-dev-source-111122223333-eu-west-1',
      'darkroom-dev-processed-111122223333-eu-west-1',
    ]);
    expect(Object.keys(replica.Outputs)).toEqual(['SourceReplicaBucketName', 'ProcessedReplicaBucketName']);
  });

  it('has the same lifecycle rules, because S3 replicates none of their effects', () => {
    const lifecycle = (template: Template, bucket: string) => {
      const { LifecycleConfiguration } = one(template, 'AWS::S3::Bucket', bucket);
      const { Rules } = LifecycleConfiguration as { Rules: { Id: string }[] };
      return Rules.filter(({ Id }) => !['intermediates', 'exports'].includes(Id));
    };
    for (const [bucket, copy] of [
      ['StorageSourceBucket', 'SourceReplica'],
      ['StorageProcessedBucket', 'ProcessedReplica'],
    ] as const) {
      expect(lifecycle(replica, copy)).toEqual(lifecycle(deployment, bucket));
    }
    expect(lifecycle(replica, 'SourceReplica')).toEqual([
      expect.objectContaining({ Id: 'housekeeping', NoncurrentVersionExpiration: { NoncurrentDays: 7 } }),
      { Id: 'expiry', Status: 'Enabled', Prefix: '', ExpirationInDays: 400 },
    ]);
    expect(lifecycle(replica, 'ProcessedReplica')).toContainEqual({
      Id: 'expiry processed/',
      Status: 'Enabled',
      Prefix: 'processed/',
      ExpirationInDays: 90,
    });
  });

  it('gets delete markers; each rule has its own priority', () => {
    for (const bucket of ['StorageSourceBucket', 'StorageProcessedBucket']) {
      const rules = rulesOf(deployment, bucket);
      expect(new Set(rules.map(({ Status }) => Status))).toEqual(new Set(['Enabled']));
      expect(new Set(rules.map((rule) => rule.DeleteMarkerReplication.Status))).toEqual(new Set(['Enabled']));
      expect(new Set(rules.map(({ Priority }) => Priority)).size).toBe(rules.length);
    }
  });

  it('is written by a role of S3 that may do nothing else', () => {
    const inAccount = ' if {"StringEquals":{"aws:ResourceAccount":"111122223333"}}';
    const buckets = ['arn:aws:s3:::{StorageProcessedBucket}', 'arn:aws:s3:::{StorageSourceBucket}'];
    const copies = ['processed', 'source'].map(
      (holding) => `arn:aws:s3:::darkroom-dev-${holding}-111122223333-eu-west-1/*${inAccount}`,
    );
    const rights = (actions: string[], resources: string[]) =>
      actions.flatMap((action) => resources.map((resource) => `s3:${action} ${resource}`));
    expect(rightsOf(deployment)).toEqual(
      [
        ...rights(['GetReplicationConfiguration', 'ListBucket'], buckets),
        ...rights(
          ['GetObjectVersionForReplication', 'GetObjectVersionAcl', 'GetObjectVersionTagging'],
          buckets.map((bucket) => `${bucket}/*`),
        ),
        ...rights(['ReplicateObject', 'ReplicateDelete', 'ReplicateTags'], copies),
      ].sort(),
    );
    const { AssumeRolePolicyDocument } = one(deployment, 'AWS::IAM::Role', 'ReplicationRole');
    expect(JSON.stringify(AssumeRolePolicyDocument)).toContain('{"Service":"s3.amazonaws.com"}');
  });

  it.each([
    ['source', ['SourceReplica'], 'StorageProcessedBucket'],
    ['processed', ['ProcessedReplica'], 'StorageSourceBucket'],
  ])('copies only the bucket %s if configured so', (replicated, copies, other) => {
    const [main, copy] = synthesiseBoth({ replicated });
    expect(all(copy, 'AWS::S3::Bucket').map(([id]) => id)).toEqual(copies);
    expect(one(main, 'AWS::S3::Bucket', other)).not.toHaveProperty('ReplicationConfiguration');
    expect(rightsOf(main).join()).not.toContain(other);
  });

  it("keeps the copies under a key of its own where the deployment has a customer's", () => {
    const alias = 'alias/darkroom-dev-replica';
    expect(one(replicaWithKey, 'AWS::KMS::Alias', 'Alias').AliasName).toBe(alias);
    for (const copy of ['SourceReplica', 'ProcessedReplica']) {
      expect(JSON.stringify(one(replicaWithKey, 'AWS::S3::Bucket', copy).BucketEncryption)).toMatch(
        /"KMSMasterKeyID":\{"Fn::GetAtt":\["Key\w+","Arn"\]\}/,
      );
    }
    for (const bucket of ['StorageSourceBucket', 'StorageProcessedBucket']) {
      for (const { Destination, SourceSelectionCriteria } of rulesOf(deploymentWithKey, bucket)) {
        expect(readable(Destination.EncryptionConfiguration?.ReplicaKmsKeyID, deploymentWithKey)).toBe(
          `arn:aws:kms:eu-west-1:111122223333:${alias}`,
        );
        // Without it, S3 copies nothing that a key of KMS encrypts.
        expect(SourceSelectionCriteria).toEqual({ SseKmsEncryptedObjects: { Status: 'Enabled' } });
      }
    }
  });

  it('lets the role read with one key and write with the other, only through S3', () => {
    const uses = rightsOf(deploymentWithKey).filter((right) => right.startsWith('kms:'));
    const here = '{"StringEquals":{"kms:ViaService":["s3.eu-central-1.amazonaws.com"]}}';
    const there =
      '{"StringEquals":{"kms:ViaService":"s3.eu-west-1.amazonaws.com"},"ForAnyValue:StringEquals":{"kms:ResourceAliases":"alias/darkroom-dev-replica"}}';
    const keysThere = 'arn:aws:kms:eu-west-1:111122223333:key/*';
    expect(
      uses.map((use) =>
        use.replace(
          /\{"Fn::Join":\["",\["(s3\.[\w-]+\.)",\{"Ref":"AWS::URLSuffix"\}\]\]\}/g,
          '"$1amazonaws.com"',
        ),
      ),
    ).toEqual([
      // S3 tests a bucket key before it uses it.
      `kms:Decrypt ${keysThere} if ${there}`,
      `kms:Decrypt {CustomerKey} if ${here}`,
      `kms:Encrypt ${keysThere} if ${there}`,
      `kms:GenerateDataKey ${keysThere} if ${there}`,
    ]);
  });
});
