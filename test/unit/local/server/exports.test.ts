import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiClient } from '../../../../client/http.ts';
import type { ZipExport } from '../../../../client/types.ts';
import { LAPTOP_OWNER } from '../../../../core/access.ts';
import { sharpImaging } from '../../../../core/image/imaging.ts';
import { openLog } from '../../../../local/log.ts';
import { removeExpired } from '../../../../local/worker/exports-workers.ts';
import type { Loop } from '../../../../local/worker/loop.ts';
import { makeWorkers } from '../../../../local/worker/workers.ts';
import { type ServedFolder, serveFolder } from '../../../support/local/served-folder.ts';
import { smallJpeg } from '../../../support/programs.ts';
import { zipEntries } from '../../../support/zip-entries.ts';

let served: ServedFolder;
let workers: Loop[];
let api: ApiClient;

beforeEach(async () => {
  served = await serveFolder();
  const { folder, path, origin } = served;
  const { ports, store: streams, exports, queue } = folder;
  workers = makeWorkers({ ...ports, streams, exports, imaging: sharpImaging }, queue, {
    concurrency: 2,
    visibilityMs: 60_000,
    retry: { firstMs: 1, longestMs: 2 },
    log: openLog(`${path}/darkroom.log`),
    onError: () => {},
  });
  api = new ApiClient({ baseUrl: `${origin}/api/v1`, retries: 0 });
});
afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.stop()));
  await served.close();
});

async function upload(name: string, content: Buffer): Promise<void> {
  const grant = {
    key: `uploads/${LAPTOP_OWNER}/${name}/${name}`,
    contentType: 'image/jpeg',
    maxBytes: 1_000_000,
    metadata: {},
  };
  const { url, fields } = await served.folder.forms.sign(grant);
  const body = new FormData();
  for (const [field, value] of Object.entries(fields)) body.append(field, value);
  body.append('file', new Blob([new Uint8Array(content)]));
  expect((await fetch(url, { method: 'POST', body })).status).toBe(204);
}

/** The ids of the images, once all of that many are COMPLETE, by their names. */
async function completeImages(count: number): Promise<string[]> {
  return vi.waitFor(
    async () => {
      const { images } = await api.call('GET /images', { query: { state: 'COMPLETE' } });
      expect(images).toHaveLength(count);
      return images.toSorted((a, b) => (a.fileName < b.fileName ? -1 : 1)).map(({ imageId }) => imageId);
    },
    { timeout: 15_000, interval: 50 },
  );
}

async function ended(exportId: string): Promise<ZipExport> {
  for (;;) {
    const shown = await api.call('GET /exports/{exportId}', { path: { exportId } });
    if (shown.state === 'COMPLETE' || shown.state === 'FAILED') return shown;
    await sleep(20);
  }
}

describe('an export on the laptop', () => {
  it('becomes an archive behind a link, with the bytes of the files, and is gone after a day', async () => {
    const photos = [await smallJpeg(1), await smallJpeg(2)];
    await upload('a Ä.jpg', photos[0] ?? Buffer.of());
    await upload('b.jpg', photos[1] ?? Buffer.of());
    for (const worker of workers) worker.start();
    const imageIds = await completeImages(2);
    const items = imageIds.flatMap((imageId) =>
      ['original', 'processed', '90'].map((variant) => ({ imageId, variant })),
    );
    const asked = await api.call('POST /exports', { body: { items } });
    expect(asked).toMatchObject({ state: 'WAITING', items: 6, files: 0, link: null });

    const shown = await ended(asked.exportId);
    expect(shown).toMatchObject({ state: 'COMPLETE', files: 6, leftOut: 0, reason: null });
    const answer = await fetch(shown.link?.url ?? '');
    const archive = Buffer.from(await answer.arrayBuffer());
    expect(answer.headers.get('content-disposition')).toMatch(/^attachment; filename="darkroom-.+\.zip"/);
    expect(answer.headers.get('content-type')).toBe('application/zip');
    expect(archive.length).toBe(shown.bytes);
    const entries = zipEntries(archive);
    expect([...entries.keys()]).toEqual([
      'a Ä_original.jpg',
      'a Ä_processed.jpg',
      'a Ä_90.jpg',
      'b_original.jpg',
      'b_processed.jpg',
      'b_90.jpg',
    ]);
    expect(entries.get('a Ä_original.jpg')).toEqual(photos[0]);
    const { links } = await api.call('POST /links', { body: { items } });
    for (const [index, body] of [...entries.values()].entries()) {
      const link = links[index];
      if (link === undefined || !('url' in link)) throw new Error('expected a link');
      expect(Buffer.from(await (await fetch(link.url)).arrayBuffer())).toEqual(body);
    }

    const { ports, exports } = served.folder;
    const later = { ...ports, clock: { now: () => new Date(Date.parse(shown.expiresAt)) } };
    const early = { ...ports, clock: { now: () => new Date(Date.parse(shown.expiresAt) - 1) } };
    expect([await removeExpired(early, exports), await removeExpired(later, exports)]).toEqual([0, 1]);
    await expect(ended(asked.exportId)).rejects.toMatchObject({ status: 404, code: 'NOT_FOUND' });
    expect((await fetch(shown.link?.url ?? '')).status).toBe(404);
  });

  it('ends as FAILED with the reason, once the queue has given up', async () => {
    await upload('a.jpg', await smallJpeg(1));
    for (const worker of workers) worker.start();
    const [imageId = ''] = await completeImages(1);
    vi.spyOn(served.folder.store, 'open').mockResolvedValue(undefined);
    const { exportId } = await api.call('POST /exports', {
      body: { items: [{ imageId, variant: 'original' }] },
    });
    const shown = await ended(exportId);
    expect(shown).toMatchObject({ state: 'FAILED', files: 0, link: null });
    expect(shown.reason).toMatchObject({ code: 'FILE_CHANGED', message: expect.stringContaining('gave up') });
  });

  it('as CSV comes in pages, or for the images that are named', async () => {
    for (const name of ['a.jpg', 'b.jpg', 'c.jpg']) await upload(name, await smallJpeg(name.charCodeAt(0)));
    for (const worker of workers) worker.start();
    const imageIds = await completeImages(3);
    const first = await api.call('GET /exports/images.csv', { query: { limit: 2 } });
    const second = await api.call('GET /exports/images.csv', {
      query: { limit: 2, ...(first.next === null ? {} : { cursor: first.next }) },
    });
    expect([(await first.csv.text()).split('\r\n').length, second.next]).toEqual([4, null]);
    const { csv } = await api.call('POST /exports/images.csv', { body: { imageIds } });
    const names = (await csv.text()).split('\r\n').map((row) => row.split(',')[1]);
    expect(names).toEqual(['fileName', 'a.jpg', 'b.jpg', 'c.jpg', undefined]);
  });
});
