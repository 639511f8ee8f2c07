import { PutObjectCommand } from '@aws-sdk/client-s3';
import { vi } from 'vitest';
import { s3Client } from '../../lambdas/adapters/clients.ts';
import { linkSigner } from '../../lambdas/adapters/signer.ts';
import { stubAwsEnvironment } from '../support/emulators/aws-environment.ts';
import { startS3 } from '../support/emulators/s3-server.ts';
import { describeLinkSignerContract } from './link-signer-contract.ts';

const DAY_MS = 86_400_000;

describeLinkSignerContract('S3', async () => {
  const server = await startS3();
  stubAwsEnvironment({ AWS_ENDPOINT_URL_S3: server.url });
  const client = s3Client();
  const put = async (Bucket: string, Key: string, Body: string) =>
    String((await client.send(new PutObjectCommand({ Bucket, Key, Body }))).VersionId);
  return {
    links: linkSigner(undefined, 600),
    sourceBucket: 'source',
    processedBucket: 'outputs',
    writeOutput: async (key, body) => void (await put('outputs', key, body)),
    upload: (key, body) => put('source', key, body),
    expireLinks: () => void vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + DAY_MS }),
    async close() {
      vi.useRealTimers();
      client.destroy();
      await server.close();
    },
  };
});
