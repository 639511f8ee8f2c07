import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { exportBody } from '../../../core/exports/export-task.ts';
import { exportRecord } from '../../support/export-factory.ts';
import { type Deployment, loadSources, OUTPUTS, startDeployment } from '../../support/lambdas/deployment.ts';
import { zipEntries } from '../../support/zip-entries.ts';

let deployment: Deployment;
let photo: Buffer;

beforeAll(async () => {
  photo = await sharp({ create: { width: 60, height: 40, channels: 3, background: '#c04020' } })
    .jpeg()
    .toBuffer();
  deployment = await startDeployment(loadSources);
});
afterAll(() => deployment.close());
beforeEach(() => {
  for (const method of ['log', 'info', 'warn', 'error'] as const) {
    vi.spyOn(console, method).mockImplementation(() => {});
  }
});
afterEach(() => vi.restoreAllMocks());

/** Asks for an export of a new image of Alice. */
async function asked(name: string): Promise<string> {
  const upload = await deployment.upload(`uploads/alice/${name}.jpg`, photo);
  await deployment.sendTo('ingest', upload.body);
  await deployment.drain();
  const items = ['original', 'processed', '90', '45'].map((variant) => ({
    imageId: upload.imageId,
    variant,
  }));
  const now = Date.now();
  const times = {
    createdAt: new Date(now).toISOString(),
    expiresAt: new Date(now + 86_400_000).toISOString(),
  };
  const record = exportRecord(name, { items, ...times });
  await deployment.exports.put(record);
  await deployment.sendTo('exports', exportBody(record));
  return record.exportId;
}

const archiveOf = (exportId: string) => ({ bucket: OUTPUTS, key: `exports/${exportId}.zip` });

it('a message becomes an archive, with the bytes of original and outputs', async () => {
  const exportId = await asked('beach');
  expect(await deployment.deliver('exports')).toMatchObject({ received: 1 });
  const archive = await deployment.objects.read(archiveOf(exportId));
  expect(await deployment.exports.get(exportId)).toMatchObject({
    state: 'COMPLETE',
    files: 3,
    leftOut: 1,
    bytes: archive?.length,
  });
  const entries = zipEntries(archive ?? Buffer.of());
  expect([...entries.keys()]).toEqual(['beach_original.jpg', 'beach_processed.jpg', 'beach_90.jpg']);
  expect(entries.get('beach_original.jpg')).toEqual(photo);
  await deployment.sendTo('exports', exportBody({ exportId }));
  await deployment.deliver('exports');
  expect(await deployment.exports.get(exportId)).toMatchObject({ state: 'COMPLETE', bytes: archive?.length });
});

it('a dead-letter message ends its export as FAILED, or is kept where nobody can read it', async () => {
  const exportId = await asked('lake');
  await deployment.sendTo('deadExports', exportBody({ exportId }));
  await deployment.sendTo('deadExports', 'no message');
  await deployment.deliver('deadExports');
  expect(await deployment.exports.get(exportId)).toMatchObject({
    state: 'FAILED',
    reason: { code: 'DEAD_LETTER' },
  });
  const kept: unknown[] = [];
  for await (const each of deployment.catalog.unprocessableMessages()) kept.push(each);
  expect(kept).toMatchObject([{ queue: 'exports', body: 'no message' }]);
  await deployment.deliver('exports');
  expect(await deployment.objects.head(archiveOf(exportId))).toBeUndefined();
});
