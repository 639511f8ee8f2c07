import { describe, expect, it } from 'vitest';
import { imageIdOf } from '../../../../core/names.ts';
import { deleteImage } from '../../../../core/pipeline/delete-image.ts';
import { reconcile } from '../../../../core/pipeline/reconcile.ts';
import { reprocess } from '../../../../core/pipeline/reprocess.ts';
import { sweep } from '../../../../core/pipeline/sweep.ts';
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
});
