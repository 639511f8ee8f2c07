import { paginateListStackResources, type StackResourceSummary } from '@aws-sdk/client-cloudformation';
import { type FunctionConfiguration, GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { InvalidInputError } from '../../core/errors.ts';
import { WORKERS } from '../../core/names.ts';
import { type DeployedSettings, readDeployedSettings, SETTINGS_VARIABLE } from '../../core/settings.ts';
import type { Clients } from './clients.ts';
import { explainAwsErrors } from './error-messages.ts';

/** One function of the stack. */
export interface DeployedFunction {
  /** Of a function of ours its worker, of another its id in the stack. */
  name: string;
  isWorker: boolean;
  configuration: FunctionConfiguration;
}

/** What CloudFormation and Lambda know of one deployment. */
export interface Deployment {
  stackName: string;
  /** URLs by the id in the stack. */
  queueUrls: ReadonlyMap<string, string>;
  functions: DeployedFunction[];
  /** What its functions are told; all are told the same. */
  settings: DeployedSettings;
}

/**
 * Finds the resources of a stack, and how its functions are set up.
 *
 * @throws InvalidInputError where there is no such stack, or it is none of Darkroom
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

async function resourcesOf(
  { cloudFormation: client, region }: Clients,
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
    `--stack: expected a stack in ${region}, such as Darkroom-dev, received ${stackName}, and there is none`,
  );
}

/** Ids in the stack and physical ids of the resources that are there. */
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

/** Workers in their own order, whatever else there is behind them. */
function orderOf({ name }: DeployedFunction): number {
  const index = WORKERS.map(String).indexOf(name);
  return index < 0 ? WORKERS.length : index;
}
