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
import type { Deployment } from './deployment.ts';
import { ACCOUNT, REGION } from './emulator.ts';

/*
 * What goes wrong in a deployment, and how the wait for it is made short. Each function changes one thing of what is
 * deployed, behind CloudFormation's back, and gives back what puts it as it was.
 */

type Undo = () => Promise<void>;

interface Statement {
  Effect: 'Allow' | 'Deny';
  Action: string | string[];
  Resource: string | string[];
}

const iam = new IAMClient();

/** Takes a right from a role, whatever its other policies say. */
export function deny(role: string, action: string): Promise<Undo> {
  return attach(role, 'denied', [{ Effect: 'Deny', Action: action, Resource: '*' }]);
}

/**
 * To AWS a batch of messages is `sqs:SendMessage`, as a single one is; MiniStack asks for the right
 * `sqs:SendMessageBatch`, which does not exist. Who may send one message is let send many.
 */
export async function allowBatches(deployment: Deployment): Promise<Undo> {
  const undo: Undo[] = [];
  for (const worker of WORKERS) {
    const role = deployment.roleName(worker);
    const sending = (await statementsOf(role)).filter(({ Action }) =>
      [Action].flat().includes('sqs:SendMessage'),
    );
    const batches = sending.map((statement) => ({ ...statement, Action: 'sqs:SendMessageBatch' }));
    if (batches.length > 0) undo.push(await attach(role, 'batches', batches));
  }
  return async () => {
    for (const each of undo) await each();
  };
}

/**
 * To AWS, asking for repositories by their names concerns those; MiniStack takes it to concern all. Who publishes
 * images is let ask for all.
 */
export function allowRepositoryList(): Promise<Undo> {
  const role = `cdk-hnb659fds-image-publishing-role-${ACCOUNT}-${REGION}`;
  return attach(role, 'repositories', [
    { Effect: 'Allow', Action: 'ecr:DescribeRepositories', Resource: '*' },
  ]);
}

/** Hides received messages for so long, so that one that fails comes again sooner than after six minutes. */
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

/** Ends the function's invocations after so long; a start is then taken for lost as soon, as LEASE_MS has it. */
export async function endInvocationsAfter(FunctionName: string, seconds: number): Promise<Undo> {
  const client = new LambdaClient();
  const { Timeout, Environment } = await client.send(new GetFunctionConfigurationCommand({ FunctionName }));
  const Variables = { ...Environment?.Variables, MAX_START_MS: String(seconds * 1_000) };
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
