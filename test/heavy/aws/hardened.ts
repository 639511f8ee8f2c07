import assert from 'node:assert/strict';
import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  GetTemplateCommand,
  waitUntilStackCreateComplete,
} from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  DeleteObjectCommand,
  ListObjectsV2Command,
  PutBucketReplicationCommand,
  type ReplicationRule,
  S3Client,
} from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { PREFIXES } from '../../../core/names.ts';
import { bootstrap, deploy, destroy, type Settings } from './cdk.ts';
import { Deployment } from './deployment.ts';
import { ACCOUNT, REGION } from './emulator.ts';
import { allowBatches, deny } from './faults.ts';
import { takeInventory } from './inventory.ts';
import type { LaptopResult } from './laptop.ts';
import type { Photo } from './photos.ts';
import { checkProcessing } from './processing.ts';
import { emptyBucket, listResources, physicalId } from './stack.ts';

/*
 * A deployment with everything that a careful owner asks for: a customer's key, a second region, access logs, alarms by
 * e-mail, a budget, a domain name.
 *
 * MiniStack supports less of it than AWS. Its CloudFormation ignores a bucket's encryption, replication and lifecycle, a
 * topic's key, reserved concurrency and budgets. It requires no permission to use a key, and no validation of a domain
 * name. Replication is checked nevertheless: this check sets its rules.
 */

const REPLICA_REGION = 'eu-west-1';
const ZONE_STACK = 'zone-of-the-owner';

const HARDENED = {
  account: ACCOUNT,
  region: REGION,
  replicaRegion: REPLICA_REGION,
  encryption: 'customer-key',
  accessLogDays: 30,
  alarmEmail: 'ops@example.com',
  reservedConcurrency: 2,
  monthlyBudgetUsd: 50,
  hostedZoneName: 'example.com',
  domainName: 'photos.example.com',
};

interface BucketInTemplate {
  Properties: { ReplicationConfiguration?: { Rules: (Omit<ReplicationRule, 'ID'> & { Id: string })[] } };
}

const cloudFormation = new CloudFormationClient();

/** This client also finds the buckets of the other region. */
const s3 = new S3Client({ forcePathStyle: true, followRegionRedirects: true });

/** Deploys to two regions, lets photos be processed and copied, and destroys the deployment. */
export async function checkHardened(
  settings: Settings,
  photos: readonly Photo[],
  onLaptop: ReadonlyMap<string, LaptopResult>,
): Promise<void> {
  // The certificate of the domain name is in a third region.
  await bootstrap(`aws://${ACCOUNT}/${REPLICA_REGION}`, `aws://${ACCOUNT}/us-east-1`);
  const before = await takeInventory();
  const hardened = { ...settings, ...HARDENED, hostedZoneId: await makeZone() };
  const outputs = await deploy(hardened);
  const deployment = await Deployment.open(settings, outputs);
  const denyBatches = await allowBatches(deployment);

  await expectOneKey(deployment);
  await replicate(deployment);
  await checkProcessing(deployment, photos, onLaptop);
  await expectCopies(deployment, photos);
  await expectHealth(deployment);

  await denyBatches();
  await deployment.subscriber.end();
  const { SourceBucketName, ProcessedBucketName } = outputs;
  const copies = ['source', 'processed'].map(copyOf);
  for (const bucket of [SourceBucketName, ProcessedBucketName, ...copies]) await emptyBucket(bucket);
  await destroy(hardened);
  await cloudFormation.send(new DeleteStackCommand({ StackName: ZONE_STACK }));
  assert.deepEqual(await takeInventory(), before);
}

/** The queues and the logs have the key of the stack's output. */
async function expectOneKey({ resources, outputs }: Deployment): Promise<void> {
  const idsOf = (type: string) =>
    resources.filter((resource) => resource.type === type).map((resource) => resource.physicalId);
  const queues = idsOf('AWS::SQS::Queue').map(async (QueueUrl) => {
    const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['KmsMasterKeyId'] });
    return (await new SQSClient().send(command)).Attributes?.KmsMasterKeyId;
  });
  const logs = idsOf('AWS::Logs::LogGroup').map(async (logGroupNamePrefix) => {
    const command = new DescribeLogGroupsCommand({ logGroupNamePrefix });
    return (await new CloudWatchLogsClient().send(command)).logGroups?.[0]?.kmsKeyId;
  });
  const keys = await Promise.all([...queues, ...logs]);
  assert.deepEqual(new Set(keys), new Set([outputs.KeyArn]));
}

/** The hosted zone of the domain name, which must exist before. */
async function makeZone(): Promise<string> {
  const { hostedZoneName: Name } = HARDENED;
  const TemplateBody = JSON.stringify({
    Resources: { Zone: { Type: 'AWS::Route53::HostedZone', Properties: { Name } } },
  });
  await cloudFormation.send(new CreateStackCommand({ StackName: ZONE_STACK, TemplateBody }));
  await waitUntilStackCreateComplete(
    { client: cloudFormation, minDelay: 1, maxWaitTime: 30 },
    { StackName: ZONE_STACK },
  );
  return physicalId(await listResources(ZONE_STACK), 'AWS::Route53::HostedZone', 'Zone');
}

/** GET /health reports a healthy deployment until something does not answer. */
async function expectHealth({ resources }: Deployment): Promise<void> {
  const FunctionName = physicalId(resources, 'AWS::Lambda::Function', 'HttpHealthWorkerFunction');
  const ask = async () => {
    const { Payload } = await new LambdaClient().send(new InvokeCommand({ FunctionName }));
    const { statusCode, body } = JSON.parse(Payload?.transformToString() ?? '');
    return [statusCode, JSON.parse(body)];
  };
  assert.deepEqual(await ask(), [200, { healthy: true, missing: [] }]);
  const undo = await deny(
    physicalId(resources, 'AWS::IAM::Role', 'HttpHealthWorkerRole'),
    'dynamodb:GetItem',
  );
  assert.deepEqual(await ask(), [503, { healthy: false, missing: ['catalog'] }]);
  await undo();
}

/** Sets the rules of the template, which MiniStack's CloudFormation leaves out. */
async function replicate({ stack, resources }: Deployment): Promise<void> {
  const { TemplateBody = '' } = await cloudFormation.send(new GetTemplateCommand({ StackName: stack }));
  const { Resources } = JSON.parse(TemplateBody) as { Resources: Record<string, BucketInTemplate> };
  const RoleName = physicalId(resources, 'AWS::IAM::Role', 'ReplicationRole');
  const { Role } = await new IAMClient().send(new GetRoleCommand({ RoleName }));
  for (const { type, logicalId, physicalId: Bucket } of resources) {
    const rules =
      type === 'AWS::S3::Bucket' && Resources[logicalId]?.Properties.ReplicationConfiguration?.Rules;
    if (!rules) continue;
    const ReplicationConfiguration = {
      Role: Role?.Arn,
      Rules: rules.map(({ Id, ...rule }) => ({ ID: Id, ...rule })),
    };
    await s3.send(new PutBucketReplicationCommand({ Bucket, ReplicationConfiguration }));
  }
}

/** The upload and its results are copied to the other region, the intermediates are not. Deletions are copied. */
async function expectCopies({ outputs }: Deployment, photos: readonly Photo[]): Promise<void> {
  assert.deepEqual(await keysIn(copyOf('source')), photos.map(({ key }) => key).sort());
  const results = (await keysIn(outputs.ProcessedBucketName)).filter(
    (each) => !each.startsWith(PREFIXES.intermediate),
  );
  assert.ok(results.length > 0);
  assert.deepEqual(await keysIn(copyOf('processed')), results);
  for (const { key } of photos) {
    await s3.send(new DeleteObjectCommand({ Bucket: outputs.SourceBucketName, Key: key }));
  }
  assert.deepEqual(await keysIn(copyOf('source')), []);
}

function copyOf(holding: string): string {
  return `darkroom-dev-${holding}-${ACCOUNT}-${REPLICA_REGION}`;
}

async function keysIn(Bucket: string): Promise<string[]> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
  return Contents.map(({ Key = '' }) => Key).sort();
}
