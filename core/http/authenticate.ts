import { createHash } from 'node:crypto';
import type { JWTHeaderParameters, JWTPayload } from 'jose';
import { jwtVerify } from 'jose/jwt/verify';
import type { Principal } from '../access.ts';
import { UnauthenticatedError } from '../errors.ts';
import { isOfClient, principalOf } from './claims.ts';
import { issuerKeys } from './issuer-keys.ts';
import { tokenError } from './token-errors.ts';

export interface TokenSettings {
  /** The address of the OpenID provider, exactly as it writes it into `iss`. */
  issuer: string;
  /** The audiences that are accepted. Where a token has no `aud` (Cognito), the client ids that are. */
  audience: string | readonly string[];
  /** The address of the provider's keys. Without it, the provider's discovery document names it. */
  jwks?: string | undefined;
  clock?: { now(): Date } | undefined;
}

/** Keys that only the issuer has. With a shared secret, whoever verifies tokens could also make them. */
const ALGORITHMS = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
];

/** Clocks differ. */
const CLOCK_TOLERANCE_S = 30;

/** The media types of access tokens; many issuers send none. @see RFC 9068, section 2.1 */
const ACCESS_TOKEN_TYPES = ['jwt', 'at+jwt', 'application/at+jwt'];

/**
 * Reads who sent a request from its access token (`Authorization: Bearer …`). Any OpenID provider will do. ID tokens are
 * refused: they are for the page that the user logged in to, and say nothing about what it may do here.
 *
 * @returns a function that throws UnauthenticatedError where there is no valid token, and TransientError while the
 *   provider does not answer
 */
export function tokenAuthenticator(settings: TokenSettings): (request: Request) => Promise<Principal> {
  const { issuer, clock = { now: () => new Date() } } = settings;
  const audiences = [settings.audience].flat();
  const keys = issuerKeys(issuer, settings.jwks);
  return async (request) => {
    const token = bearerToken(request);
    try {
      const { payload, protectedHeader } = await jwtVerify(token, keys, {
        issuer,
        algorithms: ALGORITHMS,
        clockTolerance: CLOCK_TOLERANCE_S,
        currentDate: clock.now(),
        requiredClaims: ['exp', 'sub'],
      });
      requireAccessToken(payload, protectedHeader);
      requireAudience(payload, audiences);
      return principalOf(payload, ownerId);
    } catch (error) {
      throw tokenError(error);
    }
  };
}

function bearerToken(request: Request): string {
  const header = request.headers.get('authorization');
  const [, token] = /^Bearer +([^\s]+)$/i.exec(header?.trim() ?? '') ?? [];
  if (token !== undefined) return token;
  const received = header === null ? 'none' : `the scheme ${JSON.stringify(header.split(' ', 1)[0])}`;
  throw new UnauthenticatedError(
    `Expected the header "Authorization: Bearer <access token>", received ${received}. Log in, and send the token.`,
  );
}

function requireAccessToken(payload: JWTPayload, { typ }: JWTHeaderParameters): void {
  const isOther =
    // Cognito says it itself.
    ('token_use' in payload && payload.token_use !== 'access') ||
    // Only ID tokens are bound to a login or to an access token.
    ['nonce', 'at_hash', 'c_hash'].some((claim) => claim in payload) ||
    // Keycloak's ID and refresh tokens.
    payload.typ === 'ID' ||
    payload.typ === 'Refresh' ||
    (typ !== undefined && !ACCESS_TOKEN_TYPES.includes(typ.toLowerCase()));
  if (isOther) {
    throw new UnauthenticatedError(
      'Expected an access token, received an ID token or a token of another kind.',
    );
  }
}

function requireAudience(payload: JWTPayload, audiences: readonly string[]): void {
  const { aud } = payload;
  const isForUs =
    aud === undefined
      ? audiences.some((client) => isOfClient(payload, client))
      : [aud].flat().some((each) => audiences.includes(each));
  if (isForUs) return;
  throw new UnauthenticatedError(
    aud === undefined
      ? 'The token belongs to a client that this deployment does not admit.'
      : 'The token was issued for another audience. Request one for this API.',
  );
}

/** A subject as it can stand in a key. One that cannot becomes its hash, of 43 characters. */
function ownerId(subject: string): string {
  if (/^[A-Za-z0-9_-]{1,64}$/.test(subject)) return subject;
  return createHash('sha256').update(subject).digest('base64url');
}
