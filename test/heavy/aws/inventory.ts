import assert from 'node:assert/strict';
import { CloudFormationClient, paginateDescribeStacks } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, paginateDescribeAlarms, paginateListDashboards } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, paginateDescribeLogGroups } from '@aws-sdk/client-cloudwatch-logs';
import {
  CognitoIdentityProviderClient,
  paginateListUserPools,
} from '@aws-sdk/client-cognito-identity-provider';
import { DynamoDBClient, paginateListTables } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, ListRulesCommand } from '@aws-sdk/client-eventbridge';
import { IAMClient, paginateListRoles } from '@aws-sdk/client-iam';
import {
  LambdaClient,
  paginateListEventSourceMappings,
  paginateListFunctions,
  paginateListLayers,
} from '@aws-sdk/client-lambda';
import { paginateListBuckets, S3Client } from '@aws-sdk/client-s3';
import { paginateListTopics, SNSClient } from '@aws-sdk/client-sns';
import { paginateListQueues, SQSClient } from '@aws-sdk/client-sqs';
import type { Resource } from './stack.ts';

/** Types that belong to another resource and are deleted with it. */
const PARTS: ReadonlySet<string> = new Set([
  'AWS::ApiGatewayV2::Integration',
  'AWS::ApiGatewayV2::Route',
  'AWS::ApiGatewayV2::RouteResponse',
  'AWS::ApiGatewayV2::Stage',
  'AWS::Cognito::ManagedLoginBranding',
  'AWS::Cognito::UserPoolClient',
  'AWS::Cognito::UserPoolDomain',
  'AWS::Cognito::UserPoolGroup',
  'AWS::Cognito::UserPoolResourceServer',
  'AWS::IAM::Policy',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::Lambda::Permission',
  'AWS::Logs::MetricFilter',
  'AWS::S3::BucketPolicy',
  'AWS::SNS::Subscription',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::QueuePolicy',
  'Custom::CDKBucketDeployment',
]);

/** Types that none of our clients of AWS lists. Whether one is left over is not checked. */
const UNLISTED: ReadonlySet<string> = new Set([
  'AWS::ApiGatewayV2::Api',
  'AWS::CloudFront::Distribution',
  'AWS::CloudFront::Function',
  'AWS::CloudFront::OriginAccessControl',
  'AWS::CloudFront::ResponseHeadersPolicy',
]);

type Lister = () => AsyncIterable<(string | undefined)[]>;

/** Lists the names of all resources in the account, by type. */
const LISTERS: Record<string, Lister> = {
  async *'AWS::CloudFormation::Stack'() {
    for await (const { Stacks = [] } of paginateDescribeStacks({ client: new CloudFormationClient() }, {})) {
      yield Stacks.map(({ StackName }) => StackName);
    }
  },
  async *'AWS::CloudWatch::Alarm'() {
    for await (const { MetricAlarms = [] } of paginateDescribeAlarms(
      { client: new CloudWatchClient() },
      {},
    )) {
      yield MetricAlarms.map(({ AlarmName }) => AlarmName);
    }
  },
  async *'AWS::CloudWatch::Dashboard'() {
    for await (const { DashboardEntries = [] } of paginateListDashboards(
      { client: new CloudWatchClient() },
      {},
    )) {
      yield DashboardEntries.map(({ DashboardName }) => DashboardName);
    }
  },
  async *'AWS::Cognito::UserPool'() {
    for await (const { UserPools = [] } of paginateListUserPools(
      { client: new CognitoIdentityProviderClient() },
      { MaxResults: 60 },
    )) {
      yield UserPools.map(({ Id }) => Id);
    }
  },
  async *'AWS::DynamoDB::Table'() {
    for await (const { TableNames = [] } of paginateListTables({ client: new DynamoDBClient() }, {})) {
      yield TableNames;
    }
  },
  async *'AWS::Events::Rule'() {
    const { Rules = [], NextToken } = await new EventBridgeClient().send(new ListRulesCommand());
    if (NextToken) throw new Error('expected the rules on one page');
    yield Rules.map(({ Name }) => Name);
  },
  async *'AWS::IAM::Role'() {
    for await (const { Roles = [] } of paginateListRoles({ client: new IAMClient() }, {})) {
      yield Roles.map(({ RoleName }) => RoleName);
    }
  },
  async *'AWS::Lambda::EventSourceMapping'() {
    for await (const { EventSourceMappings = [] } of paginateListEventSourceMappings(
      { client: new LambdaClient() },
      {},
    )) {
      yield EventSourceMappings.map(({ UUID }) => UUID);
    }
  },
  async *'AWS::Lambda::Function'() {
    for await (const { Functions = [] } of paginateListFunctions({ client: new LambdaClient() }, {})) {
      yield Functions.map(({ FunctionName }) => FunctionName);
    }
  },
  async *'AWS::Lambda::LayerVersion'() {
    for await (const { Layers = [] } of paginateListLayers({ client: new LambdaClient() }, {})) {
      yield Layers.map(({ LatestMatchingVersion }) => LatestMatchingVersion?.LayerVersionArn);
    }
  },
  async *'AWS::Logs::LogGroup'() {
    for await (const { logGroups = [] } of paginateDescribeLogGroups(
      { client: new CloudWatchLogsClient() },
      {},
    )) {
      yield logGroups.map(({ logGroupName }) => logGroupName);
    }
  },
  async *'AWS::S3::Bucket'() {
    for await (const { Buckets = [] } of paginateListBuckets({ client: new S3Client() }, {})) {
      yield Buckets.map(({ Name }) => Name);
    }
  },
  async *'AWS::SNS::Topic'() {
    for await (const { Topics = [] } of paginateListTopics({ client: new SNSClient() }, {})) {
      yield Topics.map(({ TopicArn }) => TopicArn);
    }
  },
  async *'AWS::SQS::Queue'() {
    for await (const { QueueUrls = [] } of paginateListQueues({ client: new SQSClient() }, {})) {
      yield QueueUrls;
    }
  },
};

/** All resources in the account of the types that a deployment has, as the services list them. */
export async function takeInventory(): Promise<string[]> {
  const found: string[] = [];
  for (const [type, list] of Object.entries(LISTERS)) {
    for await (const names of list()) found.push(...names.map((name) => `${type} ${name}`));
  }
  return found.sort();
}

/**
 * Expects the inventory to know every resource of a stack, so that none can be left over unnoticed.
 *
 * @throws AssertionError naming the unknown ones: add a lister for their type
 */
export async function expectInventoryOf(resources: readonly Resource[]): Promise<void> {
  const known = new Set(await takeInventory());
  const unknown = resources
    .filter(({ type }) => !PARTS.has(type) && !UNLISTED.has(type))
    .map(({ type, physicalId }) => `${type} ${physicalId}`)
    .filter((entry) => !known.has(entry));
  assert.deepEqual(unknown, []);
}
