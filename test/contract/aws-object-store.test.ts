import { DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TransientError } from '../../core/errors.ts';
import { s3Client } from '../../lambdas/adapters/clients.ts';
import { s3ObjectStore } from '../../lambdas/adapters/s3-object-store.ts';
import { s3ObjectStreams } from '../../lambdas/adapters/s3-object-streams.ts';
import { stubAwsEnvironment } from '../support/emulators/aws-environment.ts';
import { FORBIDDEN_PREFIX, startS3 } from '../support/emulators/s3-server.ts';
import { startScripted, xmlError } from '../support/emulators/scripted-server.ts';
import { describeObjectStoreContract } from './object-store-contract.ts';
import { describeObjectStreamsContract, type ObjectStreamsHarness } from './object-streams-contract.ts';

async function startStore() {
  const server = await startS3();
  stubAwsEnvironment({ AWS_ENDPOINT_URL_S3: server.url });
  const client = s3Client();
  return {
    client,
    objects: s3ObjectStore(client),
    streams: s3ObjectStreams(client),
    async close() {
      client.destroy();
      await server.close();
    },
  };
}

async function openStore(): Promise<ObjectStreamsHarness> {
  const { client, objects, streams, close } = await startStore();
  const sourceBucket = 'source';
  return {
    objects,
    streams,
    sourceBucket,
    processedBucket: 'outputs',
    keepsOldVersions: true,
    async upload(key, body, recipe) {
      const Metadata = recipe === undefined ? {} : { recipe };
      const command = new PutObjectCommand({ Bucket: sourceBucket, Key: key, Body: body, Metadata });
      const { VersionId } = await client.send(command);
      return { bucket: sourceBucket, key, versionId: VersionId ?? 'null' };
    },
    close,
  };
}

describeObjectStoreContract('S3', openStore);
describeObjectStreamsContract('S3', openStore);

describe('S3 object store', () => {
  const bucket = 'photos';
  let store: Awaited<ReturnType<typeof startStore>>;
  beforeAll(async () => {
    store = await startStore();
  });
  afterAll(() => store.close());

  async function put(Key: string, Body = 'x'): Promise<string> {
    const { VersionId } = await store.client.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
    return String(VersionId);
  }

  async function listed(): Promise<string[]> {
    const keys: string[] = [];
    for await (const { key } of store.objects.versions(bucket)) keys.push(key);
    return keys;
  }

  it('finds what a delete marker hides by its version alone', async () => {
    const key = 'hidden.jpg';
    const versionId = await put(key, 'hidden');
    await store.client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
    expect(await store.objects.read({ bucket, key })).toBeUndefined();
    expect(await store.objects.head({ bucket, key })).toBeUndefined();
    expect((await store.objects.read({ bucket, key, versionId }))?.toString()).toBe('hidden');
  });

  it('lists neither folders nor delete markers, over many pages', async () => {
    const keys = Array.from({ length: 20 }, (_, n) => `pages/${n} +.jpg`);
    for (const key of [...keys, 'pages/folder/']) await put(key);
    await store.client.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'pages/0 +.jpg' }));
    expect((await listed()).filter((key) => key.startsWith('pages/')).sort()).toEqual([...keys].sort());
  });

  it('deletes delete markers and many versions, and nothing that only begins alike', async () => {
    const key = 'deleted';
    for (let n = 0; n < 10; n++) await put(key, `${n}`);
    await put(`${key}.jpg`);
    const { VersionId: marker } = await store.client.send(
      new DeleteObjectCommand({ Bucket: bucket, Key: key }),
    );
    await put(key);
    await store.objects.delete({ bucket, key });
    expect((await listed()).filter((found) => found.startsWith(key))).toEqual([`${key}.jpg`]);
    expect(await store.objects.read({ bucket, key, versionId: marker })).toBeUndefined();
  });

  it('takes a forbidden object for no missing one', async () => {
    const ref = { bucket, key: `${FORBIDDEN_PREFIX}a.jpg` };
    await expect(store.objects.read(ref)).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(store.objects.head(ref)).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
  });

  it('is a transient error where S3 is overloaded', async () => {
    const server = await startScripted(xmlError(503, 'SlowDown'));
    const client = new S3Client({ endpoint: server.url, forcePathStyle: true, maxAttempts: 1 });
    const objects = s3ObjectStore(client);
    const ref = { bucket, key: 'a.jpg' };
    await expect(objects.head(ref)).rejects.toThrow(TransientError);
    await expect(objects.read(ref)).rejects.toMatchObject({ code: 'SlowDown' });
    await expect(objects.write(ref, Buffer.from('x'), 'image/png')).rejects.toThrow(TransientError);
    await expect(objects.delete(ref)).rejects.toThrow(TransientError);
    await expect(objects.versions(bucket)[Symbol.asyncIterator]().next()).rejects.toThrow(TransientError);
    await server.close();
  });

  it('is a transient error where S3 deletes some versions and not others', async () => {
    const answer =
      '<DeleteResult><Error><Key>a.jpg</Key><VersionId>1</VersionId><Code>InternalError</Code></Error></DeleteResult>';
    const server = await startScripted({ status: 200, body: answer });
    const client = new S3Client({ endpoint: server.url, forcePathStyle: true, maxAttempts: 1 });
    const objects = s3ObjectStore(client);
    const erasing = objects.delete({ bucket, key: 'a.jpg', versionId: '1' });
    await expect(erasing).rejects.toMatchObject({ name: 'TransientError', code: 'InternalError' });
    await server.close();
  });
});
