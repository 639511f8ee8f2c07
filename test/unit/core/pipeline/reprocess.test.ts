import { describe, expect, it, vi } from 'vitest';
import { InvalidInputError } from '../../../../core/errors.ts';
import { imageIdOf } from '../../../../core/names.ts';
import { deleteImage } from '../../../../core/pipeline/delete-image.ts';
import { reprocess } from '../../../../core/pipeline/reprocess.ts';
import { findRecipe } from '../../../../core/recipe.ts';
import { idFrom } from '../../../support/record-factory.ts';
import { fannedOut, Harness } from './harness.ts';

describe('reprocessing', () => {
  it('begins the next run, and keeps the outputs of the last one', async () => {
    const harness = new Harness();
    const source = await harness.upload('a.jpg');
    await harness.notify(source);
    await harness.work();
    const firstKeys = harness.outputKeys();
    await reprocess(
      harness.ports,
      imageIdOf(source),
      findRecipe(harness.ports.settings.recipes, 'one-rotation'),
    );
    await harness.work();

    expect(await harness.record(source)).toMatchObject({
      state: 'COMPLETE',
      run: 2,
      recipe: { name: 'one-rotation' },
    });
    expect(await harness.catalog.history(imageIdOf(source))).toMatchObject([
      { run: 1, recipe: { name: 'augment' } },
    ]);
    const added = harness.outputKeys().filter((key) => !firstKeys.includes(key));
    expect(added.filter((key) => key.includes('_r2.'))).toHaveLength(2);
    expect(harness.outputKeys()).toEqual(expect.arrayContaining(firstKeys));
    expect(harness.publisher.events.map(({ run }) => run)).toEqual([1, 2]);
  });

  it('is refused until the current run has ended', async () => {
    const harness = new Harness();
    const source = await fannedOut(harness);
    await expect(reprocess(harness.ports, imageIdOf(source))).rejects.toThrow(/run 1 is FANNED_OUT/);
  });
});

describe('reprocess', () => {
  it('refuses an image that is unknown or deleted', async () => {
    const harness = new Harness();
    const source = await fannedOut(harness);
    await deleteImage(harness.ports, imageIdOf(source));
    for (const id of [idFrom('nobody'), imageIdOf(source)]) {
      await expect(reprocess(harness.ports, id)).rejects.toThrow(
        new InvalidInputError(`expected the id of an image in the catalog, received ${id}`),
      );
    }
  });

  it('begins again where the image has changed meanwhile', async () => {
    const harness = new Harness();
    const source = await fannedOut(harness);
    await harness.work();
    vi.spyOn(harness.catalog, 'update').mockResolvedValueOnce(undefined);
    expect(await reprocess(harness.ports, imageIdOf(source))).toMatchObject({ state: 'RECEIVED', run: 2 });
    expect(harness.queue.messages).toHaveLength(1);
  });
});
