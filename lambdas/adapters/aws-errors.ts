import { isServerError, isThrottlingError, isTransientError } from '@smithy/core/retry';
import { TransientError } from '../../core/errors.ts';

/** The services as a person knows them. The message of a TransientError begins with one. */
export type Service = 'S3' | 'SQS' | 'SNS' | 'DynamoDB' | 'STS' | 'API Gateway' | 'Lambda';

/** STS could not reach an identity provider. The SDK's classifiers do not know that this is transient. */
const IDENTITY_PROVIDER_SILENT = 'IDPCommunicationError';

/** What the SDK puts on the errors that it throws. */
interface Failure {
  name: string;
  message: string;
  code?: unknown;
  $metadata?: { httpStatusCode?: number };
}

/**
 * The result of a call to AWS.
 *
 * @throws TransientError where a retry may help; any other error as it is
 */
export async function wrapAwsErrors<T>(service: Service, call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw wrapped(service, error);
  }
}

/** The pages of a list; errors as with `wrapAwsErrors`. */
export async function* wrapPageErrors<T>(service: Service, pages: AsyncIterable<T>): AsyncIterable<T> {
  try {
    yield* pages;
  } catch (error) {
    throw wrapped(service, error);
  }
}

function wrapped(service: Service, error: unknown): unknown {
  if (!isFailure(error) || !isTransient(error)) return error;
  const code = error.name === 'Error' ? String(error.code ?? 'UNKNOWN') : error.name;
  return new TransientError(code, `${service} could not answer for now (${code}).`, { cause: error });
}

/**
 * Whether S3 says that the object, version or content does not exist. A 403 does not say so: to a caller without the
 * permission to list, S3 answers 403 for a missing object too.
 */
export function isMissing(error: unknown): boolean {
  if (!isFailure(error)) return false;
  const status = error.$metadata?.httpStatusCode;
  return (status === 404 && error.name !== 'NoSuchBucket') || status === 412;
}

/** Whether DynamoDB refused a write because its condition did not hold. */
export function isConditionFailed(error: unknown): boolean {
  return isFailure(error) && error.name === 'ConditionalCheckFailedException';
}

/** @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html */
function isTransient(error: Failure): boolean {
  return (
    isThrottlingError(error) ||
    isTransientError(error) ||
    isServerError(error) ||
    error.name === IDENTITY_PROVIDER_SILENT
  );
}

function isFailure(error: unknown): error is Failure {
  return error instanceof Error;
}
