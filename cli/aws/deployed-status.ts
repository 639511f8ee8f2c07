import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { sqsClient } from '../../lambdas/adapters/clients.ts';
import { groupErrors } from '../status/errors.ts';
import {
  type AlarmStatus,
  type ErrorGroup,
  type FailureStatus,
  type QueueStatus,
  summariseFailures,
} from '../status/report.ts';
import { ringingAlarms } from './alarm-states.ts';
import { type Clients, openClients } from './clients.ts';
import { type DeployedFunction, type Deployment, deployedPorts, findDeployment } from './deployment.ts';
import { ErrorLog } from './error-log.ts';
import { AwsError, explainAwsErrors } from './error-messages.ts';
import { queueStatuses } from './queue-counts.ts';

interface StackStatus {
  name: string;
  region: string;
  status: string;
  reason: string | null;
  /** When it last changed; ISO 8601. */
  changedAt: string | null;
}

interface FunctionStatus {
  name: string;
  state: string;
  lastUpdate: string;
  /** Why it is not active. */
  reason: string | null;
  memoryMb: number;
  changedAt: string | null;
}

/** The state of a deployment on AWS. */
export interface DeployedStatus {
  at: string;
  stack: StackStatus;
  /** Those in state ALARM. */
  alarms: AlarmStatus[];
  /** Why the alarms are unknown, if they are. */
  alarmsUnknown: string | null;
  queues: QueueStatus[];
  functions: FunctionStatus[];
  failures: FailureStatus;
  /** Of the last hour. */
  errors: ErrorGroup[];
  /** Why the errors are unknown, if they are. */
  errorsUnknown: string | null;
}

/**
 * Finds a deployment. The result is a function that reads its state each time it is called.
 *
 * @throws InvalidInputError if there is no such deployment
 * @throws AwsError
 */
export async function deployedStatus(stackName: string): Promise<() => Promise<DeployedStatus>> {
  const clients = await openClients();
  const ports = deployedPorts(await findDeployment(clients, stackName));
  const sqs = sqsClient();
  const errorLog = new ErrorLog(clients.logs);
  return async () => {
    const deployment = await findDeployment(clients, stackName);
    const [stack, alarms, queues, failures, errors] = await Promise.all([
      stackStatus(clients, stackName),
      ifAllowed(ringingAlarms(clients.cloudWatch, stackName)),
      queueStatuses(sqs, deployment),
      summariseFailures(ports),
      ifAllowed(recentErrors(errorLog, deployment)),
    ]);
    return {
      at: new Date().toISOString(),
      stack,
      alarms: alarms.found,
      alarmsUnknown: alarms.unknown,
      queues,
      functions: deployment.functions.map(functionStatus),
      failures,
      errors: errors.found,
      errorsUnknown: errors.unknown,
    };
  };
}

async function stackStatus({ cloudFormation, region }: Clients, StackName: string): Promise<StackStatus> {
  const command = new DescribeStacksCommand({ StackName });
  const { Stacks } = await explainAwsErrors('cloudformation:DescribeStacks', cloudFormation.send(command));
  const stack = Stacks?.[0];
  return {
    name: StackName,
    region,
    status: stack?.StackStatus ?? 'UNKNOWN',
    reason: stack?.StackStatusReason || null,
    changedAt: (stack?.LastUpdatedTime ?? stack?.CreationTime)?.toISOString() ?? null,
  };
}

function functionStatus({ name, configuration }: DeployedFunction): FunctionStatus {
  const { State, StateReason, LastUpdateStatus, LastUpdateStatusReason, LastModified } = configuration;
  return {
    name,
    state: State ?? 'Active',
    lastUpdate: LastUpdateStatus ?? 'Successful',
    reason: StateReason || LastUpdateStatusReason || null,
    memoryMb: configuration.MemorySize ?? 0,
    changedAt: LastModified === undefined ? null : new Date(LastModified).toISOString(),
  };
}

async function recentErrors(log: ErrorLog, deployment: Deployment): Promise<ErrorGroup[]> {
  return groupErrors(await log.lastHour(deployment));
}

/** If one service refuses an answer, the rest is still worth showing, with the reason. */
async function ifAllowed<T>(answer: Promise<T[]>): Promise<{ found: T[]; unknown: string | null }> {
  try {
    return { found: await answer, unknown: null };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { found: [], unknown: error.message };
  }
}
