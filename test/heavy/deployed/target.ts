import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { explainAwsErrors } from '../../../cli/aws/error-messages.ts';
import { InvalidInputError } from '../../../core/errors.ts';

/** The deployment to check, and the credentials to use. */
export interface Target {
  sourceBucket: string;
  processedBucket: string;
  catalogTable: string;
  /** The role for this check; without it, the credentials of the environment are used. */
  roleArn?: string;
  region: string;
}

export const TARGET_OPTIONS = {
  stack: { type: 'string' },
  'source-bucket': { type: 'string' },
  'processed-bucket': { type: 'string' },
  'catalog-table': { type: 'string' },
  role: { type: 'string' },
  region: { type: 'string' },
} as const;

type Values = { [name in keyof typeof TARGET_OPTIONS]?: string | undefined };

/**
 * The deployment that the options name.
 *
 * @throws InvalidInputError if they name none, or if the stack is not a deployment of Darkroom
 * @throws AwsError
 */
export async function findTarget({ stack, role, ...values }: Values): Promise<Target> {
  const region = values.region ?? (await regionOfEnvironment());
  if (stack !== undefined) return describe(stack, region);
  const required = (name: 'source-bucket' | 'processed-bucket' | 'catalog-table'): string => {
    const value = values[name];
    if (value) return value;
    throw new InvalidInputError(`expected --stack, or --${name}`);
  };
  return {
    sourceBucket: required('source-bucket'),
    processedBucket: required('processed-bucket'),
    catalogTable: required('catalog-table'),
    ...(role === undefined ? {} : { roleArn: role }),
    region,
  };
}

async function regionOfEnvironment(): Promise<string> {
  try {
    return await new CloudFormationClient().config.region();
  } catch (error) {
    throw new InvalidInputError('expected --region, AWS_REGION, or a region in the profile of AWS_PROFILE', {
      cause: error,
    });
  }
}

async function describe(StackName: string, region: string): Promise<Target> {
  const { Stacks = [] } = await explainAwsErrors(
    'cloudformation:DescribeStacks',
    new CloudFormationClient({ region }).send(new DescribeStacksCommand({ StackName })),
  );
  const outputs = new Map(Stacks[0]?.Outputs?.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
  const output = (name: string): string => {
    const value = outputs.get(name);
    if (value !== undefined) return value;
    throw new InvalidInputError(`--stack: expected a deployment of Darkroom, ${StackName} has no ${name}`);
  };
  const roleArn = outputs.get('CheckRoleArn');
  return {
    sourceBucket: output('SourceBucketName'),
    processedBucket: output('ProcessedBucketName'),
    catalogTable: output('CatalogTableName'),
    ...(roleArn === undefined ? {} : { roleArn }),
    region,
  };
}
