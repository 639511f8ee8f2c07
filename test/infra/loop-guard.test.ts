import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import {
  AccountRootPrincipal,
  ArnPrincipal,
  CfnRolePolicy,
  Effect,
  ManagedPolicy,
  Policy,
  PolicyStatement,
  Role,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import { type CfnFunction, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Bucket, EventType } from 'aws-cdk-lib/aws-s3';
import { LambdaDestination, SnsDestination } from 'aws-cdk-lib/aws-s3-notifications';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { LambdaSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { IConstruct } from 'constructs';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { DarkroomStack } from '../../lib/darkroom-stack.ts';
import { synthesise } from '../support/synthesise.ts';

/** The construct of the stack at that path, known to be of that kind. */
function at<T extends IConstruct>(stack: DarkroomStack, path: string): T {
  const found = path.split('/').reduce<IConstruct>((node, id) => node.node.findChild(id), stack);
  return found as T;
}

function source(stack: DarkroomStack): Bucket {
  return at(stack, 'Storage/SourceBucket');
}

function processed(stack: DarkroomStack): Bucket {
  return at(stack, 'Storage/ProcessedBucket');
}

function role(stack: DarkroomStack, stage = 'Processor'): Role {
  return at(stack, `${stage}/Worker/Role`);
}

function worker(stack: DarkroomStack, stage = 'Processor'): LambdaFunction {
  return at(stack, `${stage}/Worker/Function`);
}

function allow(actions: string[], resources: string[]): PolicyStatement {
  return new PolicyStatement({ actions, resources });
}

function functionFor(stack: DarkroomStack, id: string): LambdaFunction {
  return new LambdaFunction(stack, id, {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromInline('exports.handler = async () => {};'),
  });
}

type Change = (stack: DarkroomStack) => void;

/** Each change lets the processor, or a function that it triggers, write to the source bucket. */
const REFUSED: Record<string, Change> = {
  'grantReadWrite on the bucket': (stack) => void source(stack).grantReadWrite(role(stack)),
  'grantPut on a prefix': (stack) => void source(stack).grantPut(role(stack), 'results/*'),
  's3:* on the bucket': (stack) =>
    void role(stack).addToPolicy(allow(['s3:*'], [source(stack).arnForObjects('*')])),
  'a Put* wildcard': (stack) =>
    void role(stack).addToPolicy(allow(['s3:Put*'], [source(stack).arnForObjects('*')])),
  'a wildcard in the middle of an action': (stack) =>
    void role(stack).addToPolicy(allow(['s3:P*Object'], [source(stack).arnForObjects('*')])),
  'an action in other case': (stack) =>
    void role(stack).addToPolicy(allow(['S3:PUTOBJECT'], [source(stack).arnForObjects('*')])),
  'every action there is': (stack) =>
    void role(stack).addToPolicy(allow(['*'], [source(stack).arnForObjects('*')])),
  'every resource there is': (stack) => void role(stack).addToPolicy(allow(['s3:PutObject'], ['*'])),
  'every bucket there is': (stack) =>
    void role(stack).addToPolicy(allow(['s3:PutObject'], ['arn:aws:s3:::*/results/*'])),
  'buckets whose names begin like ours': (stack) =>
    void role(stack).addToPolicy(allow(['s3:PutObject'], ['arn:aws:s3:::darkroom-*'])),
  'everything but one action': (stack) =>
    void role(stack).addToPolicy(new PolicyStatement({ notActions: ['iam:*'], resources: ['*'] })),
  'everywhere but in one bucket': (stack) =>
    void role(stack).addToPolicy(
      new PolicyStatement({ actions: ['s3:PutObject'], notResources: [processed(stack).bucketArn] }),
    ),
  'an inline policy of the role': (stack) => {
    const statement = allow(['s3:PutObject'], [source(stack).arnForObjects('*')]);
    role(stack).attachInlinePolicy(new Policy(stack, 'Inline', { statements: [statement] }));
  },
  'a policy resource of its own': (stack) => {
    const statement = allow(['s3:PutObject'], [source(stack).arnForObjects('*')]);
    new CfnRolePolicy(stack, 'Separate', {
      policyName: 'separate',
      roleName: role(stack).roleName,
      policyDocument: { Statement: [statement.toStatementJson()] },
    });
  },
  'a managed policy of the stack, attached by the role': (stack) => {
    const statement = allow(['s3:PutObject'], [source(stack).arnForObjects('*')]);
    role(stack).addManagedPolicy(new ManagedPolicy(stack, 'Managed', { statements: [statement] }));
  },
  'a managed policy of the stack, attached by the policy': (stack) => {
    const statement = allow(['s3:PutObject'], [source(stack).arnForObjects('*')]);
    new ManagedPolicy(stack, 'Managed', { statements: [statement], roles: [role(stack)] });
  },
  'a managed policy of AWS': (stack) =>
    role(stack).addManagedPolicy(ManagedPolicy.fromAwsManagedPolicyName('AmazonS3FullAccess')),
  'the bucket policy': (stack) =>
    void source(stack).addToResourcePolicy(
      new PolicyStatement({
        principals: [new ArnPrincipal(role(stack).roleArn)],
        actions: ['s3:PutObject'],
        resources: [source(stack).arnForObjects('*')],
      }),
    ),
  'a role that it may assume': (stack) => {
    const writer = new Role(stack, 'Writer', { assumedBy: new AccountRootPrincipal() });
    source(stack).grantPut(writer);
    role(stack).addToPolicy(allow(['sts:AssumeRole'], [writer.roleArn]));
  },
  'a role that nobody can look into': (stack) => {
    const cfn = worker(stack).node.defaultChild as CfnFunction;
    cfn.role = 'arn:aws:iam::123456789012:role/somebody-elses';
  },
  'the parts worker, which the processor sends work to': (stack) =>
    void source(stack).grantPut(role(stack, 'Parts')),
  'the recorder, which gets the dead-letter messages of uploads': (stack) =>
    void source(stack).grantPut(role(stack, 'Recorder')),
  'a function that the bucket notifies itself': (stack) => {
    const direct = functionFor(stack, 'Direct');
    source(stack).grantPut(direct);
    const cfn = source(stack).node.defaultChild as { notificationConfiguration?: unknown } & IConstruct;
    cfn.notificationConfiguration = {
      lambdaConfigurations: [{ event: 's3:ObjectCreated:*', function: direct.functionArn }],
    };
  },
  "a function behind the CDK's own notification": (stack) => {
    const inbox = new Bucket(stack, 'Inbox');
    const direct = functionFor(stack, 'Direct');
    inbox.addEventNotification(EventType.OBJECT_CREATED, new LambdaDestination(direct));
    inbox.grantWrite(direct);
  },
  'a function behind a topic': (stack) => {
    const inbox = new Bucket(stack, 'Inbox');
    const topic = new Topic(stack, 'Topic');
    const subscriber = functionFor(stack, 'Subscriber');
    topic.addSubscription(new LambdaSubscription(subscriber));
    inbox.addEventNotification(EventType.OBJECT_CREATED, new SnsDestination(topic));
    inbox.grantWrite(subscriber);
  },
  'a function behind a rule': (stack) => {
    const target = functionFor(stack, 'Target');
    const inbox = new Bucket(stack, 'Inbox', { eventBridgeEnabled: true });
    const eventPattern = { source: ['aws.s3'], detailType: ['Object Created'] };
    new Rule(stack, 'Rule', { eventPattern, targets: [new LambdaTarget(target)] });
    inbox.grantWrite(target);
  },
  'a function behind an alias': (stack) => {
    const consumer = functionFor(stack, 'Consumer');
    const alias = consumer.addAlias('live');
    alias.addEventSource(new SqsEventSource(at(stack, 'Processor/Ingest/Queue')));
    source(stack).grantPut(consumer);
  },
};

/** None of these changes can make a loop. */
const ACCEPTED: Record<string, Change> = {
  'nothing beside what is there': () => {},
  'reading the source': (stack) => void source(stack).grantRead(role(stack)),
  'writing to the processed bucket': (stack) => void processed(stack).grantReadWrite(role(stack)),
  'writing to a bucket of another name': (stack) =>
    void role(stack).addToPolicy(allow(['s3:PutObject'], ['arn:aws:s3:::somebody-elses/*'])),
  'writing elsewhere than to S3': (stack) =>
    void role(stack).addToPolicy(allow(['dynamodb:PutItem', 'sqs:SendMessage'], ['*'])),
  'a policy of AWS that only reads': (stack) =>
    role(stack).addManagedPolicy(ManagedPolicy.fromAwsManagedPolicyName('AmazonS3ReadOnlyAccess')),
  'a denial': (stack) =>
    void role(stack).addToPolicy(
      new PolicyStatement({
        effect: Effect.DENY,
        actions: ['s3:*'],
        resources: [source(stack).arnForObjects('*')],
      }),
    ),
  'a function that no bucket triggers': (stack) => void source(stack).grantPut(role(stack, 'Reconciler')),
  'a service that writes to the bucket': (stack) =>
    void source(stack).addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('logging.s3.amazonaws.com')],
        actions: ['s3:PutObject'],
        resources: [source(stack).arnForObjects('logs/*')],
      }),
    ),
};

describe('the loop guard', () => {
  // Only its own findings count here. The CDK's checks of every template have another test.
  beforeAll(() => {
    vi.stubEnv('CDK_VALIDATION', 'false');
    return () => vi.unstubAllEnvs();
  });

  it.each(Object.entries(REFUSED))('refuses %s', (_, change) => {
    expect(() => synthesise({}, change)).toThrow(/no-bucket-loop/);
  });

  it.each(Object.entries(ACCEPTED))('accepts %s', (_, change) => {
    expect(() => synthesise({}, change)).not.toThrow();
  });

  it('names the bucket, the function, the path between them, and the permission', () => {
    const change: Change = (stack) =>
      void role(stack, 'Parts').addToPolicy(allow(['s3:PutObject'], [source(stack).arnForObjects('out/*')]));
    const report = reportOf(() => synthesise({}, change));
    expect(report).toMatch(/StorageSourceBucket\w+ triggers PartsWorkerFunction\w+/);
    expect(report).toMatch(
      /StorageSourceBucket\w+ → ProcessorIngestQueue\w+ → ProcessorWorkerFunction\w+ → PartsQueue\w+ → Parts/,
    );
    expect(report).toMatch(/s3:PutObject on arn:aws:s3:::\{StorageSourceBucket\w+\}\/out\/\*/);
    expect(report).toContain('Darkroom-dev/Parts/Worker/Role/DefaultPolicy');
  });
});

/** The report in one line; it is wrapped for the terminal. */
function reportOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return String(error).replace(/\s+/g, ' ');
  }
  return '';
}
