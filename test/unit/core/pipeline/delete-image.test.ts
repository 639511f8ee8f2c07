import { describe, expect, it, vi } from 'vitest';
import { InvalidInputError } from '../../../../core/errors.ts';
import { archiveKey, imageIdOf } from '../../../../core/names.ts';
import { deleteImage } from '../../../../core/pipeline/delete-image.ts';
import { partBody, uploadBody } from '../../../../core/pipeline/messages/tasks.ts';
import { reconcile } from '../../../../core/pipeline/reconcile.ts';
import type { Source } from '../../../../core/pipeline/record.ts';
import { reprocess } from '../../../../core/pipeline/reprocess.ts';
import { sweep } from '../../../../core/pipeline/sweep.ts';
import { exportRecord } from '../../../support/export-factory.ts';
import { handleMessage } from '../../../support/handle-message.ts';
import { idFrom } from '../../../support/record-factory.ts';
import { simulatedImaging } from '../../../support/simulated/imaging.ts';
import { SETTINGS } from '../../../support/simulated/settings.ts';
import { fannedOut, Harness } from './harness.ts';

const NOTHING = { repaired: 0, postponed: 0, failed: 0, published: 0, deleted: 0 };

describe('a deletion', () => {
  it('deletes every run, and no late message brings the image back', async () => {
    const harness = new Harness();
    const source = await fannedOut(harness);
    const late = harness.queue.messages.map(({ body }) => body);
    await harness.work();
    await reprocess(harness.ports, imageIdOf(source));
    await harness.work();
    await deleteImage(harness.ports, imageIdOf(source));
    expect(await sweep(harness.ports)).toEqual(NOTHING);
    expect(harness.outputKeys()).toEqual([]);

    await harness.queue.send('parts', late);
    await harness.notify(source);
    await harness.work();
    harness.clock.advance(SETTINGS.stuckAfterMs);
    expect(await sweep(harness.ports)).toEqual({ ...NOTHING, deleted: 1 });
    expect(await reconcile(harness.ports)).toEqual({ versions: 0, ingested: 0 });
    expect(harness.outputKeys()).toEqual([]);
    expect(await harness.record(source)).toMatchObject({ state: 'DELETED', finished: {} });
  });

  it('leaves nothing in the end that somebody wrote, and still knows the event again', async () => {
    const harness = new Harness();
    const key = 'uploads/alice/AAAAAAAAAAAAAAAAAAAAAA/Wedding of Smith.jpg';
    const source = await harness.upload(key, 'good upload', { album: 'Smith', recipe: 'vivid' });
    const imageId = imageIdOf(source);
    await harness.notify(source);
    const event = harness.queue.messages.map(({ body }) => body);
    await harness.work();
    const late = partBody({ imageId, run: 1, attempt: 1, variant: '90' });
    await reprocess(harness.ports, imageId);
    await harness.work();
    expect(await harness.catalog.findUpload('AAAAAAAAAAAAAAAAAAAAAA')).toBeDefined();
    await deleteImage(harness.ports, imageId);
    harness.clock.advance(SETTINGS.stuckAfterMs);
    await sweep(harness.ports);
    const tombstone = await harness.record(source);
    expect(tombstone).toEqual({
      ...{ imageId, run: 2, attempt: 1, state: 'DELETED', revision: expect.any(Number), fileName: '' },
      source: { bucket: source.bucket, key: '', versionId: '', bytes: 0, modifiedAt: tombstone.createdAt },
      ...{ finished: {}, startCount: 0, repairs: 0, computeMs: expect.any(Number) },
      ...{ createdAt: expect.any(String), endedAt: expect.any(String) },
    });
    expect(await harness.catalog.history(imageId)).toEqual([]);
    expect(await harness.catalog.findUpload('AAAAAAAAAAAAAAAAAAAAAA')).toBeUndefined();

    await harness.queue.send('ingest', event);
    await harness.queue.send('parts', [late]);
    await harness.work();
    await sweep(harness.ports);
    expect(await harness.record(source)).toEqual(tombstone);
    expect(harness.outputKeys()).toEqual([]);
    expect(await harness.catalog.findUpload('AAAAAAAAAAAAAAAAAAAAAA')).toBeUndefined();
  });

  it('takes the archives that hold the image with it', async () => {
    const harness = new Harness();
    const source = await fannedOut(harness);
    await harness.work();
    const imageId = imageIdOf(source);
    const items = [{ imageId, variant: 'processed' }];
    const record = exportRecord('held', { state: 'COMPLETE', items });
    const archive = { bucket: SETTINGS.processedBucket, key: archiveKey(record.exportId) };
    await harness.exports.put(record);
    await harness.exports.hold(record);
    await harness.objects.write(archive, Buffer.from('zip'), 'application/zip');
    await deleteImage(harness.ports, imageId);
    await sweep(harness.ports);
    expect(harness.objects.peek(archive)).toBeUndefined();
    expect(await harness.exports.get(record.exportId)).toMatchObject({ state: 'FAILED' });
  });

  it('touches the day of the upload, so that its trends are written without it', async () => {
    const touched: string[] = [];
    const harness = new Harness({ trendMarks: { touch: async (day) => void touched.push(day) } });
    const source = await fannedOut(harness);
    await harness.work();
    harness.clock.advance(3 * 86_400_000);
    await deleteImage(harness.ports, imageIdOf(source));
    await sweep(harness.ports);
    expect(touched).toEqual(['2026-01-01']);
  });
});

describe('deleteImage', () => {
  it('refuses an id that the catalog does not have', async () => {
    const harness = new Harness();
    await expect(deleteImage(harness.ports, idFrom('nobody'))).rejects.toThrow(
      new InvalidInputError(`expected the id of an image in the catalog, received ${idFrom('nobody')}`),
    );
  });

  it('changes nothing the second time', async () => {
    const harness = new Harness();
    const source = await fannedOut(harness);
    const first = await deleteImage(harness.ports, imageIdOf(source));
    const update = vi.spyOn(harness.catalog, 'update');
    expect(await deleteImage(harness.ports, imageIdOf(source))).toEqual(first);
    expect(update).not.toHaveBeenCalled();
  });

  it('begins again where the run has moved on meanwhile', async () => {
    const harness = new Harness();
    const source = await fannedOut(harness);
    vi.spyOn(harness.catalog, 'update').mockResolvedValueOnce(undefined);
    expect(await deleteImage(harness.ports, imageIdOf(source))).toMatchObject({ state: 'DELETED' });
  });

  const deleting = () => {
    const harness: Harness = new Harness({
      imaging: {
        ...simulatedImaging,
        async process(...args) {
          await deleteImage(harness.ports, await current());
          return simulatedImaging.process(...args);
        },
        async render(...args) {
          await deleteImage(harness.ports, await current());
          return simulatedImaging.render(...args);
        },
      },
    });
    let id = '';
    const current = async () => id;
    return { harness, of: (source: Source) => (id = imageIdOf(source)) };
  };

  it('leaves nothing of a picture or a part that is being made', async () => {
    const { harness, of } = deleting();
    const source = await harness.upload('a.jpg');
    of(source);
    const [processed] = await handleMessage(harness.ports, 'ingest', uploadBody(source));
    expect(processed).toMatchObject({ state: 'DELETED' });
    expect(harness.outputKeys()).toEqual([]);

    const other = await fannedOut(new Harness());
    const made = deleting();
    made.of(other);
    made.harness.ports.imaging = { ...made.harness.ports.imaging, process: simulatedImaging.process };
    const again = await fannedOut(made.harness);
    made.of(again);
    const task = { imageId: imageIdOf(again), run: 1, attempt: 1, variant: '90' };
    const [part] = await handleMessage(made.harness.ports, 'parts', partBody(task));
    expect(part).toMatchObject({ state: 'DELETED' });
    expect(made.harness.outputKeys()).toEqual([]);
  });
});
