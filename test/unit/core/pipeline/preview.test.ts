import { describe, expect, it } from 'vitest';
import { imageIdOf, thumbKey } from '../../../../core/names.ts';
import { deleteImage } from '../../../../core/pipeline/delete-image.ts';
import { reprocess } from '../../../../core/pipeline/reprocess.ts';
import { sweep } from '../../../../core/pipeline/sweep.ts';
import type { ObjectStore } from '../../../../core/ports.ts';
import { SETTINGS } from '../../../support/simulated/settings.ts';
import { Harness } from './harness.ts';

async function processed(harness: Harness) {
  const source = await harness.upload('a.jpg', 'good upload');
  await harness.notify(source);
  await harness.work();
  return { source, imageId: imageIdOf(source), record: await harness.record(source) };
}

/** A store in which the writes of previews go their own way. */
function withPreviews(harness: Harness, write: ObjectStore['write']): void {
  const { objects } = harness;
  harness.ports.objects = new Proxy(objects, {
    get: (_, name: keyof ObjectStore) => {
      if (name !== 'write') return objects[name].bind(objects);
      return ((ref, ...rest) =>
        ref.key.startsWith('previews/')
          ? write(ref, ...rest)
          : objects.write(ref, ...rest)) as ObjectStore['write'];
    },
  });
}

describe('the thumbnail of an image', () => {
  it('lies beside its outputs, and the record knows it', async () => {
    const harness = new Harness();
    const { imageId, record } = await processed(harness);
    const place = { bucket: SETTINGS.processedBucket, key: thumbKey(imageId, 1) };
    const stored = harness.objects.peek(place);
    expect(stored?.toString()).toBe('thumbnail of good upload');
    expect(await harness.objects.head(place)).toMatchObject({ contentType: 'image/webp' });
    expect(record).toMatchObject({
      thumb: { widthPx: 4, heightPx: 3, bytes: stored?.length },
      thumbhash: '1QcSHQRnh493V4dIh4eXh1h4kJUI',
    });
    expect(record.finished).not.toHaveProperty('thumb');
  });

  it.each<[string, () => Promise<void>]>([
    ['can not be written', () => Promise.reject(new Error('SlowDown'))],
    ['is never answered', () => new Promise(() => {})],
  ])('delays nothing where it %s', async (_, write) => {
    const harness = new Harness();
    withPreviews(harness, write);
    const { record } = await processed(harness);
    expect(record).toMatchObject({ state: 'COMPLETE', attempt: 1, thumbhash: expect.any(String) });
    expect(record).not.toHaveProperty('thumb');
    expect(record).not.toHaveProperty('lastError');
  });

  it('leaves no timer that keeps the process alive', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    const before = timers();
    await processed(new Harness());
    expect(timers()).toBe(before);
  });

  it('of every run goes with the image', async () => {
    const harness = new Harness();
    const { source, imageId } = await processed(harness);
    await reprocess(harness.ports, imageId);
    expect(await harness.record(source)).not.toHaveProperty('thumb');
    await harness.work();
    const previews = () => harness.outputKeys().filter((key) => key.startsWith('previews/'));
    expect(previews().sort()).toEqual([thumbKey(imageId, 1), thumbKey(imageId, 2)]);
    await deleteImage(harness.ports, imageId);
    await sweep(harness.ports);
    expect(previews()).toEqual([]);
  });
});
