import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { vi } from 'vitest';
import { serveFolder } from '../support/local/served-folder.ts';
import { describeLinkSignerContract } from './link-signer-contract.ts';

const DAY_MS = 86_400_000;

describeLinkSignerContract('the local server', async () => {
  const { path, folder, close } = await serveFolder();
  return {
    links: folder.links,
    sourceBucket: 'inbox',
    processedBucket: 'outputs',
    writeOutput: (key, body) =>
      folder.store.write({ bucket: 'outputs', key }, Buffer.from(body), 'image/jpeg'),
    async upload(key, body) {
      const file = join(path, 'inbox', key);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, body);
      return String((await folder.store.source('inbox', key))?.versionId);
    },
    expireLinks: () => void vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + DAY_MS }),
    async close() {
      vi.useRealTimers();
      await close();
    },
  };
});
