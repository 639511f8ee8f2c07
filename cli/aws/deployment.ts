import { paginateListStackResources, type StackResourceSummary } from '@aws-sdk/client-cloudformation';
import { type FunctionConfiguration, GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { InvalidInputError } from '../../core/errors.ts';
import { WORKERS } from '../../core/names.ts';
import type { Ports } from '../../core/ports.ts';
import { type DeployedSettings, readDeployedSettings, SETTINGS_VARIABLE } from '../../core/settings.ts';
import { awsPorts } from '../../lambdas/runtime/ports.ts';
import type { Clients } from './clients.ts';
import { explainAwsErrors } from './error-messages.ts';

/** One function of the stack. */
export interface DeployedFunction {
  /** The worker; of a function that is not a worker, its id in the stack. */
  name: string;
  isWorker: boolean;
  configuration: FunctionConfiguration;
}

/** One deployment, as CloudFormation and Lambda know it. */
export interface Deployment {
  stackName: string;
  /** The queues' URLs by their ids in the stack. */
  queueUrls: ReadonlyMap<string, string>;
  functions: DeployedFunction[];
  /** The settings that all its functions share. */
  settings: DeployedSettings;
}

/**
 * Finds the resources of a stack and the settings of its functions.
 *
 * @throws InvalidInputError if there is no such stack, or if it is not one of Darkroom
 * @throws AwsError
 */
export async function findDeployment(clients: Clients, stackName: string): Promise<Deployment> {
  const resources = await explainAwsErrors(
    'cloudformation:ListStackResources',
    resourcesOf(clients, stackName),
  );
  const functions = await Promise.all(
    idsOfType(resources, 'AWS::Lambda::Function').map(([id, name]) => describeFunction(clients, id, name)),
  );
  const worker = functions.find(({ isWorker }) => isWorker);
  if (!worker) {
    throw new InvalidInputError(
      `--stack: expected a deployment of Darkroom, received ${stackName}, which has none of its functions`,
    );
  }
  return {
    stackName,
    queueUrls: new Map(idsOfType(resources, 'AWS::SQS::Queue')),
    functions: functions.sort((a, b) => orderOf(a) - orderOf(b)),
    settings: readDeployedSettings(variablesOf(worker)[SETTINGS_VARIABLE]),
  };
}

/**
 * The id of the user pool of a deployment.
 *
 * @throws InvalidInputError if there is no such stack, or if it has none: it has an OpenID provider of its own
 * @throws AwsError
 */
export async function findUserPool(
  clients: Pick<Clients, 'cloudFormation' | 'region'>,
  stackName: string,
): Promise<string> {
  const resources = await explainAwsErrors(
    'cloudformation:ListStackResources',
    resourcesOf(clients, stackName),
  );
  const [[, userPoolId] = []] = idsOfType(resources, 'AWS::Cognito::UserPool');
  if (userPoolId !== undefined) return userPoolId;
  throw new InvalidInputError(
    `--stack: expected a deployment with users in Cognito, received ${stackName}. With the setting auth, add users at your OpenID provider`,
  );
}

async function resourcesOf(
  { cloudFormation: client, region }: Pick<Clients, 'cloudFormation' | 'region'>,
  StackName: string,
): Promise<StackResourceSummary[]> {
  const resources: StackResourceSummary[] = [];
  try {
    const pages = paginateListStackResources({ client }, { StackName });
    for await (const { StackResourceSummaries = [] } of pages) resources.push(...StackResourceSummaries);
    return resources;
  } catch (error) {
    if (error instanceof Error && error.name === 'ValidationError') throw noSuchStack(StackName, region);
    throw error;
  }
}

function noSuchStack(stackName: string, region: string): InvalidInputError {
  return new InvalidInputError(
    `--stack: expected a stack in ${region}, such as Darkroom-dev, received ${stackName}, which does not exist`,
  );
}

/** The ids in the stack and the physical ids of existing resources. */
function idsOfType(resources: readonly StackResourceSummary[], type: string): [string, string][] {
  return resources.flatMap(({ ResourceType, LogicalResourceId, PhysicalResourceId, ResourceStatus }) =>
    ResourceType === type && LogicalResourceId && PhysicalResourceId && ResourceStatus !== 'DELETE_COMPLETE'
      ? [[LogicalResourceId, PhysicalResourceId]]
      : [],
  );
}

async function describeFunction(
  { lambda }: Clients,
  id: string,
  FunctionName: string,
): Promise<DeployedFunction> {
  const command = new GetFunctionConfigurationCommand({ FunctionName });
  const configuration = await explainAwsErrors('lambda:GetFunctionConfiguration', lambda.send(command));
  const worker = WORKERS.find((name) => name === variablesOf({ configuration }).POWERTOOLS_SERVICE_NAME);
  return { name: worker ?? id, isWorker: worker !== undefined, configuration };
}

function variablesOf({ configuration }: Pick<DeployedFunction, 'configuration'>): Record<string, string> {
  return configuration.Environment?.Variables ?? {};
}

/** Workers come first, in the order of WORKERS. */
function orderOf({ name }: DeployedFunction): number {
  const index = WORKERS.map(String).indexOf(name);
  return index < 0 ? WORKERS.length : index;
}

/**
 * The ports of a deployment, with the credentials of the environment. A person may not assume the role that signs
 * links, so these credentials sign them.
 */
export function deployedPorts({ settings: { signerRoleArn: _, ...settings } }: Deployment): Ports {
  return awsPorts(settings);
}
