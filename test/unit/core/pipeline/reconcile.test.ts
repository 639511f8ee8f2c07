import { describe, expect, it } from 'vitest';
import { reconcile } from '../../../../core/pipeline/reconcile.ts';
import { SETTINGS } from '../../../support/simulated/settings.ts';
import { Harness } from './harness.ts';

describe('the reconciler', () => {
  it('ingests versions that the catalog does not know, once they are old enough', async () => {
    const harness = new Harness();
    const known = await harness.upload('known.jpg');
    await harness.notify(known);
    await harness.work();
    const lost = [];
    for (let i = 0; i < 12; i++) lost.push(await harness.upload(`lost ${i}.jpg`));
    expect(await reconcile(harness.ports)).toEqual({ versions: 13, ingested: 0 });

    harness.clock.advance(SETTINGS.stuckAfterMs + 1);
    await harness.upload('fresh.jpg');
    expect(await reconcile(harness.ports)).toEqual({ versions: 14, ingested: 12 });
    await harness.work();
    for (const source of lost) expect(await harness.record(source)).toMatchObject({ state: 'COMPLETE' });
  });
});
