import { PutObjectCommand } from '@aws-sdk/client-s3';
import { s3Client } from '../../lambdas/shared/clients.ts';
import { s3ObjectStore } from '../../lambdas/shared/s3-object-store.ts';
import { linkSigner } from '../../lambdas/shared/signer.ts';
import { stubAwsEnvironment } from './emulators/aws-environment.ts';
import { startS3 } from './emulators/s3-server.ts';
import { describeObjectStoreContract } from './object-store-contract.ts';

describeObjectStoreContract('S3', async () => {
  const server = await startS3();
  stubAwsEnvironment({ AWS_ENDPOINT_URL_S3: server.url });
  const client = s3Client();
  const sourceBucket = 'source';
  return {
    objects: s3ObjectStore(client, linkSigner(undefined, 600)),
    sourceBucket,
    outputBucket: 'outputs',
    keepsOldVersions: true,
    async upload(key, body, recipe) {
      const Metadata = recipe === undefined ? {} : { recipe };
      const command = new PutObjectCommand({ Bucket: sourceBucket, Key: key, Body: body, Metadata });
      const { VersionId } = await client.send(command);
      return { bucket: sourceBucket, key, versionId: VersionId ?? 'null' };
    },
    async close() {
      client.destroy();
      await server.close();
    },
  };
});
