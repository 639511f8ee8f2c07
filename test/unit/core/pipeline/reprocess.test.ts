import { describe, expect, it } from 'vitest';
import { imageIdOf } from '../../../../core/names.ts';
import { reprocess } from '../../../../core/pipeline/reprocess.ts';
import { fannedOut, Harness } from './harness.ts';

describe('reprocessing', () => {
  it('begins the next run, and keeps the outputs of the last one', async () => {
    const harness = new Harness();
    const source = await harness.upload('a.jpg');
    await harness.notify(source);
    await harness.work();
    const firstKeys = harness.outputKeys();
    await reprocess(harness.ports, imageIdOf(source), 'one-rotation');
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
