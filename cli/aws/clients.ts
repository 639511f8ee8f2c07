import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { InvalidInputError } from '../../core/errors.ts';

/** A person waits for the answer, so a slow call or a dead network must not take long. */
const SETTINGS = {
  retryMode: 'standard',
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
} as const;

/** The clients that inspect a deployment from outside. The ports give access to its data. */
export interface Clients {
  /** From the environment or the profile, as with the AWS CLI. */
  region: string;
  cloudFormation: CloudFormationClient;
  users: CognitoIdentityProviderClient;
  cloudWatch: CloudWatchClient;
  lambda: LambdaClient;
  logs: CloudWatchLogsClient;
}

/** @throws InvalidInputError if no region is set */
export async function openClients(): Promise<Clients> {
  const cloudFormation = new CloudFormationClient(SETTINGS);
  return {
    region: await regionOf(cloudFormation),
    cloudFormation,
    users: new CognitoIdentityProviderClient(SETTINGS),
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
