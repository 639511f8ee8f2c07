import type { JWTVerifyGetKey } from 'jose';
import { createRemoteJWKSet } from 'jose/jwks/remote';
import { TransientError } from '../errors.ts';

/** A provider that takes longer counts as silent. The request that waits has a limit of its own. */
const TIMEOUT_MS = 5_000;

/** An unknown key makes us fetch all keys again, but never more often than this: anybody can invent one. */
const COOLDOWN_MS = 30_000;

/** A key that the provider withdraws is accepted for at most this long. */
const MAX_AGE_MS = 600_000;

/**
 * The keys of an OpenID provider, fetched when first needed and then kept.
 *
 * @param jwks the address of the keys; without it, discovery finds it
 * @returns a function that throws TransientError while the provider does not answer
 */
export function issuerKeys(issuer: string, jwks: string | undefined): JWTVerifyGetKey {
  let keys: Promise<JWTVerifyGetKey> | undefined;
  return async (header, token) => {
    keys ??= addressOf(issuer, jwks).then(remoteKeys);
    const known = await keys.catch((error: unknown) => {
      keys = undefined;
      throw error;
    });
    return known(header, token);
  };
}

function remoteKeys(address: URL): JWTVerifyGetKey {
  return createRemoteJWKSet(address, {
    timeoutDuration: TIMEOUT_MS,
    cooldownDuration: COOLDOWN_MS,
    cacheMaxAge: MAX_AGE_MS,
  });
}

/** @see https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig */
async function addressOf(issuer: string, jwks: string | undefined): Promise<URL> {
  if (jwks !== undefined) return new URL(jwks);
  const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const found = await read(address);
  if (found.issuer !== issuer) {
    throw new Error(`${address}: expected the issuer ${issuer}, received ${JSON.stringify(found.issuer)}`);
  }
  if (typeof found.jwks_uri !== 'string' || !URL.canParse(found.jwks_uri)) {
    throw new Error(`${address}: expected the address jwks_uri, received ${JSON.stringify(found.jwks_uri)}`);
  }
  return new URL(found.jwks_uri);
}

async function read(address: string): Promise<Record<string, unknown>> {
  try {
    const response = await fetch(address, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!response.ok) throw new Error(`expected status 200, received ${response.status}`);
    return (await response.json()) as Record<string, unknown>;
  } catch (error) {
    throw new TransientError('ISSUER_SILENT', `${address} does not answer.`, { cause: error });
  }
}
