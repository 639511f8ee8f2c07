import { describe, expect, it, vi } from 'vitest';
import { ConflictError, PermanentError } from '../../../../core/errors.ts';
import { makeView } from '../../../../core/images/make-view.ts';
import { viewKey } from '../../../../core/names.ts';
import { deleteImage } from '../../../../core/pipeline/delete-image.ts';
import type { Recipe } from '../../../../core/recipe.ts';
import { simulatedImaging } from '../../../support/simulated/imaging.ts';
import { SETTINGS } from '../../../support/simulated/settings.ts';
import { Harness } from '../pipeline/harness.ts';

const bucket = SETTINGS.processedBucket;

async function complete(harness: Harness) {
  const source = await harness.upload('a.jpg');
  await harness.notify(source);
  await harness.work();
  return harness.record(source);
}

describe('a view', () => {
  it('is made once, stored and recorded', async () => {
    const show = vi.fn(simulatedImaging.show);
    const harness = new Harness({ imaging: { ...simulatedImaging, show } });
    const record = await complete(harness);
    const shown = await makeView(harness.ports, record);
    expect(shown.view).toMatchObject({ widthPx: 4, heightPx: 4 });
    expect(shown.revision).toBe(record.revision + 1);
    const stored = await harness.ports.objects.read({ bucket, key: viewKey(record.imageId, record.run) });
    expect(stored?.length).toBe(shown.view?.bytes);
    expect(await makeView(harness.ports, shown)).toBe(shown);
    expect(show).toHaveBeenCalledOnce();
  });

  it('of an image that was not processed, or can’t be decoded, is a conflict', async () => {
    const harness = new Harness();
    const record = await complete(harness);
    const { imageInfo: _, ...unprocessed } = record;
    await expect(makeView(harness.ports, unprocessed)).rejects.toThrow(ConflictError);
    const show = async () => {
      throw new PermanentError('IMAGE_TOO_LARGE', 'It would take 3 GB.');
    };
    const ports = { ...harness.ports, imaging: { ...simulatedImaging, show } };
    await expect(makeView(ports, record)).rejects.toThrow('It would take 3 GB.');
  });

  it('of an image that is deleted meanwhile does not stay', async () => {
    const harness = new Harness();
    const record = await complete(harness);
    await deleteImage(harness.ports, record.imageId);
    await makeView(harness.ports, record);
    expect(
      await harness.ports.objects.read({ bucket, key: viewKey(record.imageId, record.run) }),
    ).toBeUndefined();
  });

  it('waits for memory where several images share one', async () => {
    const harness = new Harness();
    const record = await complete(harness);
    const admitted: number[] = [];
    const admission = {
      process: async <T>({ bytes, recipe }: { bytes: Buffer; recipe: Recipe }, work: () => Promise<T>) => {
        admitted.push(bytes.length);
        expect(recipe.resize).toMatchObject({ ratio: 1 });
        return work();
      },
      render: async () => expect.unreachable(),
    };
    await makeView({ ...harness.ports, admission }, record);
    expect(admitted).toEqual([record.source.bytes]);
  });
});
