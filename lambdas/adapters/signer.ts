import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { attachmentDisposition } from '../../core/content-disposition.ts';
import type { LinkSigner } from '../../core/ports.ts';
import { wrapAwsErrors } from './aws-errors.ts';
import { type Credentials, s3Client, signingClient, stsSettings } from './clients.ts';

/** The longest session when one role assumes another. */
const SESSION_S = 3_600;
/** A link expires with the session that signed it. This age guarantees that a link for an hour works for 55 minutes. */
const RENEW_AFTER_MS = 5 * 60_000;

/** A client with fixed credentials, and the time at which they expire, where it is known. */
interface Session {
  client: S3Client;
  endsAt: Date | undefined;
}

/**
 * Signs links for reading. A link works for `ttlS` seconds or until the signing credentials expire, whichever is sooner.
 *
 * @param roleArn a role that is assumed only to sign. Without one, the caller's own credentials sign. Lambda does not
 *   say when those of a function expire, so a link may then expire earlier than its `expiresAt`
 */
export function linkSigner(roleArn: string | undefined, ttlS: number): LinkSigner {
  const session = roleArn === undefined ? ownSession() : renewed(() => assume(roleArn));
  return {
    async sign({ bucket, key, versionId }, { downloadName } = {}) {
      const { client, endsAt } = await session();
      const signingDate = new Date();
      const leftS = endsAt ? Math.floor((endsAt.getTime() - signingDate.getTime()) / 1000) : ttlS;
      const expiresIn = Math.min(ttlS, leftS);
      const command = new GetObjectCommand({
        Bucket: bucket,
        Key: key,
        ...(versionId === undefined ? {} : { VersionId: versionId }),
        ...(downloadName === undefined
          ? {}
          : { ResponseContentDisposition: attachmentDisposition(downloadName) }),
      });
      const url = await getSignedUrl(client, command, { expiresIn, signingDate });
      return { url, expiresAt: new Date(signingDate.getTime() + expiresIn * 1000).toISOString() };
    },
  };
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

/** One session for all links. It is renewed when it is too old, and begun again when it could not be had. */
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
