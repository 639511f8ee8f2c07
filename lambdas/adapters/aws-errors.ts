import { TransientError } from '../../core/errors.ts';

/** The services as a person knows them; they open the sentence of a TransientError. */
export type Service = 'S3' | 'SQS' | 'SNS' | 'DynamoDB' | 'STS';

/**
 * Names of throttling and of time-outs, beside the statuses 429 and 5xx. DynamoDB throttles with status 400.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 */
const TRANSIENT_NAMES: ReadonlySet<string> = new Set([
  'BandwidthLimitExceeded',
  'IDPCommunicationError',
  'LimitExceededException',
  'PriorRequestNotComplete',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'RequestTimeout',
  'RequestTimeoutException',
  'SlowDown',
  'ThrottledException',
  'Throttling',
  'ThrottlingException',
  'TimeoutError',
  'TooManyRequestsException',
]);

/** What Node calls a connection that failed. */
const TRANSIENT_CODES: ReadonlySet<string> = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
]);

/** What the SDK puts on the errors that it throws. */
interface Failure {
  name: string;
  code?: unknown;
  $metadata?: { httpStatusCode?: number };
}

/** The answer of a call to AWS; what a retry can help comes as a TransientError, everything else as it was. */
export async function wrapAwsErrors<T>(service: Service, call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (!isTransient(error)) throw error;
    const code = error.name === 'Error' ? String(error.code) : error.name;
    throw new TransientError(code, `${service} could not answer for now (${code}).`, { cause: error });
  }
}

/**
 * Whether S3 says that there is no such object, version or content. A 403 is not that: without the right to
 * list, S3 answers 403 for a missing object too, and then nobody can tell.
 */
export function isMissing(error: unknown): boolean {
  if (!isFailure(error)) return false;
  const status = error.$metadata?.httpStatusCode;
  return (status === 404 && error.name !== 'NoSuchBucket') || status === 412;
}

/** Whether DynamoDB says that the condition of a write did not hold. */
export function isConditionFailed(error: unknown): boolean {
  return isFailure(error) && error.name === 'ConditionalCheckFailedException';
}

function isTransient(error: unknown): error is Failure {
  if (!isFailure(error)) return false;
  const status = error.$metadata?.httpStatusCode ?? 0;
  return (
    status === 429 ||
    status >= 500 ||
    TRANSIENT_NAMES.has(error.name) ||
    TRANSIENT_CODES.has(String(error.code))
  );
}

function isFailure(error: unknown): error is Failure {
  return error instanceof Error;
}
