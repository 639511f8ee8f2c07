import { GetObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { attachmentDisposition } from '../../core/content-disposition.ts';
import type { LinkSigner } from '../../core/ports.ts';
import { lifetimeS, signingSession } from './signing-session.ts';

/**
 * Signs links for reading. A link works for `ttlS` seconds or until the signing credentials expire, whichever is sooner.
 *
 * @param roleArn a role that is assumed only to sign. Without one, the caller's own credentials sign. Lambda does not
 *   say when those of a function expire, so a link may then expire earlier than its `expiresAt`
 */
export function linkSigner(roleArn: string | undefined, ttlS: number): LinkSigner {
  const session = signingSession(roleArn);
  return {
    async sign({ bucket, key, versionId }, { downloadName } = {}) {
      const current = await session();
      const signingDate = new Date();
      const expiresIn = lifetimeS(current, ttlS, signingDate);
      const command = new GetObjectCommand({
        Bucket: bucket,
        Key: key,
        ...(versionId === undefined ? {} : { VersionId: versionId }),
        ...(downloadName === undefined
          ? {}
          : { ResponseContentDisposition: attachmentDisposition(downloadName) }),
      });
      const url = await getSignedUrl(current.client, command, { expiresIn, signingDate });
      return { url, expiresAt: new Date(signingDate.getTime() + expiresIn * 1000).toISOString() };
    },
  };
}
