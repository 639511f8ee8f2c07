import {
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  type ObjectIdentifier,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { TransientError } from '../../core/errors.ts';
import type { ObjectRef, ObjectStore } from '../../core/ports.ts';
import { isMissing, wrapAwsErrors } from './aws-errors.ts';
import { listVersions, unquoted } from './s3-versions.ts';

/** The most versions that one request deletes. */
const DELETE_BATCH = 1_000;

/** Objects in S3. The bucket decides how they are encrypted. */
export function s3ObjectStore(client: S3Client): ObjectStore {
  /** The versions that `ref` refers to, including delete markers. */
  async function identifiersOf({ bucket, key, versionId }: ObjectRef): Promise<ObjectIdentifier[]> {
    if (versionId !== undefined) return [{ Key: key, VersionId: versionId }];
    const found: ObjectIdentifier[] = [];
    for await (const page of listVersions(client, bucket, key)) {
      const here = [...page.versions, ...page.deleteMarkers].filter((version) => version.key === key);
      found.push(...here.map((version) => ({ Key: key, VersionId: version.versionId })));
      // S3 lists keys in order, and the key itself comes before all others that begin with it.
      if (here.length === 0) break;
    }
    return found;
  }

  return {
    async head(ref) {
      const info = await unlessMissing(wrapAwsErrors('S3', client.send(new HeadObjectCommand(inputOf(ref)))));
      if (!info) return undefined;
      return {
        bytes: info.ContentLength ?? 0,
        etag: unquoted(info.ETag),
        modifiedAt: (info.LastModified ?? new Date(0)).toISOString(),
        contentType: info.ContentType ?? 'application/octet-stream',
        metadata: lowerCased(info.Metadata ?? {}),
      };
    },

    async read(ref) {
      const object = await unlessMissing(
        wrapAwsErrors('S3', client.send(new GetObjectCommand(inputOf(ref)))),
      );
      if (!object?.Body) return undefined;
      const bytes = await wrapAwsErrors('S3', object.Body.transformToByteArray());
      return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    },

    async write({ bucket, key }, body, contentType, metadata) {
      const command = new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: body,
        ContentType: contentType,
        ...(metadata && { Metadata: metadata }),
      });
      await wrapAwsErrors('S3', client.send(command));
    },

    async delete(ref) {
      const identifiers = await identifiersOf(ref);
      for (let start = 0; start < identifiers.length; start += DELETE_BATCH) {
        const Objects = identifiers.slice(start, start + DELETE_BATCH);
        const command = new DeleteObjectsCommand({ Bucket: ref.bucket, Delete: { Objects, Quiet: true } });
        const { Errors = [] } = await wrapAwsErrors('S3', client.send(command));
        const [first] = Errors.filter(({ Code }) => Code !== 'NoSuchVersion');
        if (first) {
          const left = `${Errors.length} of ${Objects.length} versions`;
          throw new TransientError(
            first.Code ?? 'DeleteRefused',
            `S3 did not delete ${left} (${first.Code}).`,
          );
        }
      }
    },

    async *versions(bucket) {
      for await (const { versions } of listVersions(client, bucket)) {
        for (const version of versions) {
          if (!version.key.endsWith('/')) yield { bucket, ...version };
        }
      }
    },
  };
}

/** The ETag becomes a condition: it distinguishes the contents that a "null" version has had. */
export function inputOf({ bucket, key, versionId, etag }: ObjectRef) {
  return {
    Bucket: bucket,
    Key: key,
    ...(versionId === undefined ? {} : { VersionId: versionId }),
    ...(etag === undefined ? {} : { IfMatch: `"${etag}"` }),
  };
}

function lowerCased(metadata: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(metadata).map(([name, value]) => [name.toLowerCase(), value]));
}

async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
