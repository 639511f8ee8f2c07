import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { InvalidInputError } from '../../core/errors.ts';

/** Somebody waits for the answer, so that neither a slow call nor a dead network takes for ever. */
const SETTINGS = {
  retryMode: 'standard',
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
} as const;

/** What looks at a deployment from outside; its data is reached through the ports. */
export interface Clients {
  /** Of the environment or the profile, as for every other tool of AWS. */
  region: string;
  cloudFormation: CloudFormationClient;
  cloudWatch: CloudWatchClient;
  lambda: LambdaClient;
  logs: CloudWatchLogsClient;
}

/** @throws InvalidInputError where no region is set */
export async function openClients(): Promise<Clients> {
  const cloudFormation = new CloudFormationClient(SETTINGS);
  return {
    region: await regionOf(cloudFormation),
    cloudFormation,
    cloudWatch: new CloudWatchClient(SETTINGS),
    lambda: new LambdaClient(SETTINGS),
    logs: new CloudWatchLogsClient(SETTINGS),
  };
}

async function regionOf(client: CloudFormationClient): Promise<string> {
  try {
    return await client.config.region();
  } catch (error) {
    throw new InvalidInputError('expected a region: set AWS_REGION, or one in the profile of AWS_PROFILE', {
      cause: error,
    });
  }
}
