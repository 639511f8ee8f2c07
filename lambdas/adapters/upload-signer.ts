import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { InvalidInputError } from '../../core/errors.ts';
import type { UploadSigner } from '../../core/ports.ts';
import { lifetimeS, signingSession } from './signing-session.ts';

const LIFETIME_S = 15 * 60;

/** S3 replaces it by the name of the file that is sent, in any field. A form would then admit more than one key. */
const VARIABLE = '$' + '{filename}';

/**
 * Signs forms for uploads into a bucket (presigned POST). S3 accepts a form only with exactly these fields, and only a
 * file from 1 byte to `maxBytes`, until the form or the session that signed it expires.
 *
 * @param roleArn a role that may do nothing but upload. Without one, the caller's own credentials sign
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
 */
export function uploadSigner(roleArn: string | undefined, bucket: string): UploadSigner {
  const session = signingSession(roleArn);
  return {
    async sign({ key, contentType, maxBytes, metadata }) {
      const fields = {
        'Content-Type': contentType,
        ...Object.fromEntries(Object.entries(metadata).map(([name, value]) => [`x-amz-meta-${name}`, value])),
      };
      refuseVariables([key, ...Object.values(fields)]);
      const current = await session();
      const expiresS = lifetimeS(current, LIFETIME_S, new Date());
      const { url, fields: signed } = await createPresignedPost(current.client, {
        Bucket: bucket,
        Key: key,
        // Each field also becomes a condition: it must be there, and be exactly this.
        Fields: fields,
        Conditions: [['content-length-range', 1, maxBytes]],
        Expires: expiresS,
      });
      return { url, fields: signed, expiresAt: expiryOf(signed) };
    },
  };
}

/** @throws InvalidInputError */
function refuseVariables(values: readonly string[]): void {
  if (!values.some((value) => value.includes(VARIABLE))) return;
  throw new InvalidInputError(
    `Expected a name without ${VARIABLE}, which S3 would replace. Rename the file.`,
  );
}

/** As the policy says, in whole seconds. */
function expiryOf({ Policy = '' }: Record<string, string>): string {
  const { expiration } = JSON.parse(Buffer.from(Policy, 'base64').toString()) as { expiration: string };
  return new Date(expiration).toISOString();
}
