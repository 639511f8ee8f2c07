import type { S3Client } from '@aws-sdk/client-s3';
import { fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import { wrapAwsErrors } from './aws-errors.ts';
import { type Credentials, s3Client, signingClient, stsSettings } from './clients.ts';

/** The longest session when one role assumes another. */
const SESSION_S = 3_600;
/** What is signed expires with the session. This age guarantees that a link for an hour works for 55 minutes. */
const RENEW_AFTER_MS = 5 * 60_000;

/** A client with fixed credentials, and the time at which they expire, where it is known. */
interface Session {
  client: S3Client;
  endsAt: Date | undefined;
}

/**
 * A session in which links or forms are signed.
 *
 * @param roleArn a role that is assumed only to sign. Without one, the caller's own credentials sign. Lambda does not
 *   say when those of a function expire
 */
export function signingSession(roleArn: string | undefined): () => Promise<Session> {
  return roleArn === undefined ? ownSession() : renewed(() => assume(roleArn));
}

/** How long a signature works: as long as it is meant to, but no longer than its session. */
export function lifetimeS({ endsAt }: Session, wantedS: number, signedAt: Date): number {
  const leftS = endsAt ? Math.floor((endsAt.getTime() - signedAt.getTime()) / 1000) : wantedS;
  return Math.min(wantedS, leftS);
}

function ownSession(): () => Promise<Session> {
  const client = s3Client();
  return async () => ({ client, endsAt: (await client.config.credentials()).expiration });
}

async function assume(RoleArn: string): Promise<Session> {
  const credentials: Credentials = await wrapAwsErrors(
    'STS',
    fromTemporaryCredentials({
      params: { RoleArn, RoleSessionName: 'darkroom-links', DurationSeconds: SESSION_S },
      clientConfig: stsSettings,
    })(),
  );
  return { client: signingClient(credentials), endsAt: credentials.expiration };
}

/** One session for all signatures. It is renewed when it is too old, and begun again when it could not be had. */
function renewed(begin: () => Promise<Session>): () => Promise<Session> {
  let session: Promise<Session> | undefined;
  let begunAtMs = 0;
  return async () => {
    if (!session || Date.now() - begunAtMs > RENEW_AFTER_MS) {
      session = begin();
      begunAtMs = Date.now();
    }
    try {
      return await session;
    } catch (error) {
      session = undefined;
      throw error;
    }
  };
}
