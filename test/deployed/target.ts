import { parseArgs } from 'node:util';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { asked } from '../../cli/aws/sentences.ts';
import { InvalidInputError } from '../../core/errors.ts';

/** Which deployment is checked, and as whom. */
export interface Target {
  sourceBucket: string;
  processedBucket: string;
  catalogTable: string;
  /** The role made for this check; without it the credentials of the environment do. */
  roleArn?: string;
  /** Unless given, that of the environment. */
  region?: string;
  /** How long the samples may take. */
  timeoutS: number;
}

export const USAGE = `Usage: npm run test:deployed -- --stack Darkroom-dev [--region REGION] [--timeout-s 300]

Uploads a photo and a broken file to a deployment, under end-to-end-check/, and checks what becomes of them.
Without --stack, name what a pipeline knows from the stack's outputs:
  --source-bucket NAME --processed-bucket NAME --catalog-table NAME [--role ARN]`;

const OPTIONS = {
  stack: { type: 'string' },
  'source-bucket': { type: 'string' },
  'processed-bucket': { type: 'string' },
  'catalog-table': { type: 'string' },
  role: { type: 'string' },
  region: { type: 'string' },
  'timeout-s': { type: 'string', default: '300' },
} as const;

/**
 * The deployment that the command line names.
 *
 * @throws InvalidInputError where it names none, or the stack is no deployment of Darkroom
 * @throws AwsError
 */
export async function readTarget(args: readonly string[]): Promise<Target> {
  const { stack, region, ...values } = parse(args);
  const timeoutS = Number(values['timeout-s']);
  if (!Number.isInteger(timeoutS) || timeoutS < 1) {
    throw new InvalidInputError(`--timeout-s: expected whole seconds, received ${values['timeout-s']}`);
  }
  const common = { timeoutS, ...(region === undefined ? {} : { region }) };
  if (stack !== undefined) return { ...common, ...(await describe(stack, region)) };
  return {
    ...common,
    sourceBucket: required('source-bucket', values['source-bucket']),
    processedBucket: required('processed-bucket', values['processed-bucket']),
    catalogTable: required('catalog-table', values['catalog-table']),
    ...(values.role === undefined ? {} : { roleArn: values.role }),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch (error) {
    throw new InvalidInputError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function required(name: string, value: string | undefined): string {
  if (value === undefined || value === '') throw new InvalidInputError(`expected --stack, or --${name}`);
  return value;
}

async function describe(StackName: string, region: string | undefined): Promise<Omit<Target, 'timeoutS'>> {
  const client = new CloudFormationClient(region === undefined ? {} : { region });
  const { Stacks = [] } = await asked(
    'cloudformation:DescribeStacks',
    client.send(new DescribeStacksCommand({ StackName })),
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
  };
}
