import {
  DeleteRolePolicyCommand,
  GetRolePolicyCommand,
  IAMClient,
  PutRolePolicyCommand,
  paginateListRolePolicies,
} from '@aws-sdk/client-iam';
import {
  GetFunctionConfigurationCommand,
  LambdaClient,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { GetQueueAttributesCommand, SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { WORKERS } from '../../../core/names.ts';
import { SETTINGS_VARIABLE } from '../../../core/settings.ts';
import type { Deployment } from './deployment.ts';
import { ACCOUNT, REGION } from './emulator.ts';

/*
 * Faults in a deployment, and shorter waits for them. Each function changes one thing in a deployment without
 * CloudFormation, and returns a function that undoes the change.
 */

type Undo = () => Promise<void>;

interface Statement {
  Effect: 'Allow' | 'Deny';
  Action: string | string[];
  Resource: string | string[];
}

const iam = new IAMClient();

/** Denies an action to a role, whatever its other policies say. */
export function deny(role: string, action: string): Promise<Undo> {
  return attach(role, 'denied', [{ Effect: 'Deny', Action: action, Resource: '*' }]);
}

/** What MiniStack requires of a batch, by what AWS does. The first does not exist; the second is for objects without a version. */
const BATCH_ACTIONS = {
  'sqs:SendMessage': 'sqs:SendMessageBatch',
  's3:DeleteObjectVersion': 's3:DeleteObject',
} as const;

/**
 * On AWS, a batch of messages, or of versions to delete, needs the same action as a single one. MiniStack requires
 * another. Gives that to every role that may do it to one.
 */
export async function allowBatches(deployment: Deployment): Promise<Undo> {
  const undo: Undo[] = [];
  for (const worker of [...WORKERS, 'api'] as const) {
    const role = deployment.roleName(worker);
    const statements = await statementsOf(role);
    const batches = Object.entries(BATCH_ACTIONS).flatMap(([single, batch]) =>
      statements
        .filter(({ Action }) => [Action].flat().includes(single))
        .map((statement) => ({ ...statement, Action: batch })),
    );
    if (batches.length > 0) undo.push(await attach(role, 'batches', batches));
  }
  return async () => {
    for (const each of undo) await each();
  };
}

/**
 * On AWS, a request for repositories by name needs a permission for these. MiniStack requires it for all. Gives that to
 * the role that publishes images.
 */
export function allowRepositoryList(): Promise<Undo> {
  const role = `cdk-hnb659fds-image-publishing-role-${ACCOUNT}-${REGION}`;
  return attach(role, 'repositories', [
    { Effect: 'Allow', Action: 'ecr:DescribeRepositories', Resource: '*' },
  ]);
}

/** Shortens the visibility timeout, so that a message that fails comes again sooner than after six minutes. */
export async function hideFor(QueueUrl: string, seconds: number): Promise<Undo> {
  const client = new SQSClient();
  const { Attributes = {} } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['VisibilityTimeout'] }),
  );
  const set = (VisibilityTimeout: string) =>
    client.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { VisibilityTimeout } }));
  await set(String(seconds));
  return async () => {
    await set(Attributes.VisibilityTimeout ?? '');
  };
}

/** Shortens the timeout of a function, and `maxStartMs` with it, so that a start counts as lost as soon. */
export async function endInvocationsAfter(FunctionName: string, seconds: number): Promise<Undo> {
  const client = new LambdaClient();
  const { Timeout, Environment } = await client.send(new GetFunctionConfigurationCommand({ FunctionName }));
  const settings = JSON.parse(Environment?.Variables?.[SETTINGS_VARIABLE] ?? '');
  const json = JSON.stringify({ ...settings, maxStartMs: seconds * 1_000 });
  const Variables = { ...Environment?.Variables, [SETTINGS_VARIABLE]: json };
  await client.send(
    new UpdateFunctionConfigurationCommand({ FunctionName, Timeout: seconds, Environment: { Variables } }),
  );
  return async () => {
    await client.send(
      new UpdateFunctionConfigurationCommand({
        FunctionName,
        Timeout,
        Environment: { Variables: Environment?.Variables },
      }),
    );
  };
}

async function attach(RoleName: string, PolicyName: string, Statement: Statement[]): Promise<Undo> {
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument }));
  return async () => {
    await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
  };
}

async function statementsOf(RoleName: string): Promise<Statement[]> {
  const statements: Statement[] = [];
  for await (const { PolicyNames = [] } of paginateListRolePolicies({ client: iam }, { RoleName })) {
    for (const PolicyName of PolicyNames) {
      const { PolicyDocument = '' } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
      const policy: { Statement: Statement[] } = JSON.parse(decodeURIComponent(PolicyDocument));
      statements.push(...policy.Statement);
    }
  }
  return statements;
}
