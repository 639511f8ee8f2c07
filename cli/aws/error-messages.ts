/** AWS refused a request or did not answer. The message says why. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
}

/** What the SDK puts on its errors. */
interface Failure extends Error {
  code?: unknown;
  $metadata?: { httpStatusCode?: number };
}

const DENIED: ReadonlySet<string> = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'AuthorizationError',
  'AuthorizationErrorException',
]);

/** AWS does not accept the credentials: they are mistyped, expired or disabled. */
const NOT_ACCEPTED: ReadonlySet<string> = new Set([
  'ExpiredToken',
  'ExpiredTokenException',
  'IncompleteSignature',
  'InvalidAccessKeyId',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'RequestExpired',
  'SignatureDoesNotMatch',
  'UnrecognizedClientException',
]);

const NO_CREDENTIALS: ReadonlySet<string> = new Set(['CredentialsProviderError', 'TokenProviderError']);

/**
 * The result of a call to AWS.
 *
 * @param action as IAM names it; the message names it where it is denied
 * @throws AwsError whose message explains what went wrong; any other error as it is
 */
export async function explainAwsErrors<T>(action: string, call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    const message = messageOf(error, action);
    if (message === undefined) throw error;
    throw new AwsError(message, { cause: error });
  }
}

/**
 * The message of an SDK error for the person at the terminal; undefined for any other error.
 *
 * @param action the requested action. Without it, AWS's own message has to name the action, which it usually does
 */
export function messageOf(error: unknown, action?: string): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { name, message, code, $metadata } = error as Failure;
  if (NO_CREDENTIALS.has(name)) {
    return 'There are no AWS credentials. Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or sign in with: aws sso login';
  }
  if (NOT_ACCEPTED.has(name)) return `AWS does not accept the credentials (${name}). Sign in again.`;
  if (DENIED.has(name) || $metadata?.httpStatusCode === 403) {
    const needed = action ?? /not authorized to perform:? ([\w-]+:\w+)/.exec(message)?.[1];
    const permission = needed === undefined ? '' : ` They need the permission ${needed}.`;
    return `AWS denies that to these credentials (${name}).${permission}`;
  }
  if ($metadata?.httpStatusCode !== undefined) {
    const what = action === undefined ? '' : ` to ${action}`;
    return `AWS answered${what}: ${name}: ${message}`;
  }
  // Without an action, it may just as well be an error of a disk.
  if (action === undefined) return undefined;
  if (name === 'TimeoutError') return `AWS did not answer in time to ${action}.`;
  if (typeof code === 'string') return `AWS could not be reached for ${action} (${code}).`;
  return undefined;
}
