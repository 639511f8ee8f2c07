import {
  JOSEAlgNotAllowed,
  JOSEError,
  JWKSInvalid,
  JWKSNoMatchingKey,
  JWKSTimeout,
  JWSSignatureVerificationFailed,
  JWTClaimValidationFailed,
  JWTExpired,
} from 'jose/errors';
import { TransientError, UnauthenticatedError } from '../errors.ts';

/** jose's code of an error without a class of its own: the keys could not be fetched, or are no keys. */
const GENERIC = 'ERR_JOSE_GENERIC';

/** What to throw for an error while a token is verified: the token is at fault, or the provider, or we are. */
export function tokenError(error: unknown): unknown {
  if (isProvidersFault(error)) {
    return new TransientError('ISSUER_SILENT', 'The login provider does not answer.', { cause: error });
  }
  if (!(error instanceof JOSEError)) return error;
  return new UnauthenticatedError(explain(error), { cause: error });
}

/** `fetch` throws a TypeError while nothing answers. */
function isProvidersFault(error: unknown): boolean {
  if (error instanceof JWKSTimeout || error instanceof JWKSInvalid) return true;
  if (error instanceof JOSEError) return error.code === GENERIC;
  return error instanceof TypeError && error.message === 'fetch failed';
}

function explain(error: JOSEError): string {
  if (error instanceof JWTExpired) {
    const at = typeof error.payload.exp === 'number' ? new Date(error.payload.exp * 1000).toISOString() : '';
    return `The token expired at ${at}. Log in again, or renew it.`;
  }
  if (error instanceof JWTClaimValidationFailed) {
    const what = CLAIMS[error.claim] ?? `its claim "${error.claim}" is not what it should be`;
    return `The token is not valid: ${what}.`;
  }
  if (error instanceof JWSSignatureVerificationFailed) return 'The signature of the token is not valid.';
  if (error instanceof JWKSNoMatchingKey)
    return 'The token was signed by a key that its issuer does not have.';
  if (error instanceof JOSEAlgNotAllowed) return 'The token is signed by an algorithm that is not accepted.';
  return 'Expected a signed JSON Web Token as the access token, received something else.';
}

const CLAIMS: Partial<Record<string, string>> = {
  iss: 'another issuer issued it',
  nbf: 'it is not valid yet',
  exp: 'it has no time of expiry',
  sub: 'it names nobody',
};
