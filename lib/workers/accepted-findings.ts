import type { Role } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { IConstruct } from 'constructs';
import type { DarkroomConfig } from '../config/config.ts';
import { accept, acceptPatterns } from '../guard/accept.ts';

interface FunctionParts {
  config: DarkroomConfig;
  /** Undefined where keys of AWS encrypt the logs. */
  key: unknown;
  handlesPixels?: boolean;
  retryAttempts?: number;
  role: Role;
  function: LambdaFunction;
  logGroup: LogGroup;
}

/** Accepts what the checkers find at the function of a worker, each finding with its reason. */
export function acceptFunctionFindings(parts: FunctionParts): void {
  const { config, key, handlesPixels, retryAttempts, role, function: worker, logGroup } = parts;
  acceptPatterns(role, ['*'], "X-Ray's two actions for sending traces accept no resource.");
  accept(
    worker,
    [
      'CKV_AWS_116',
      'Serverless-LambdaDLQ',
      ...(retryAttempts === undefined ? [] : ['Serverless-LambdaAsyncFailureDestination']),
    ],
    'A message that fails goes to a dead-letter queue, a schedule calls again, and an HTTP caller gets the error.',
  );
  acceptNoVpc(worker);
  if (!handlesPixels || config.reservedConcurrency === undefined) {
    const reason =
      'Event sources, schedules and throttles limit it; a new account has no concurrency to reserve.';
    accept(worker, ['CKV_AWS_115'], reason);
  }
  if (!key) acceptManagedKey(logGroup);
}

/** Accepts what holds for every function: it is in no VPC, and its variables have no key of their own. */
export function acceptNoVpc(construct: IConstruct): void {
  accept(
    construct,
    ['CKV_AWS_117'],
    'It uses only services of AWS, with its own role and over TLS; a VPC would add costs and no protection.',
  );
  accept(construct, ['CKV_AWS_173'], 'Its variables hold names and limits, but no secret.');
}

/** Accepts that a log is not encrypted with a key of the user. */
export function acceptManagedKey(logGroup: LogGroup): void {
  const reason = "Encrypted with CloudWatch's own key; encryption: customer-key changes that.";
  accept(logGroup, ['CKV_AWS_158'], reason);
}
