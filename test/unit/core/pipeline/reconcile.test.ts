import { describe, expect, it, vi } from 'vitest';
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

describe('what the reconciler sends', () => {
  it.each([
    [0, []],
    [1, [1]],
    [10, [10]],
    [21, [10, 10, 1]],
  ])('for %i lost uploads is in batches of ten', async (lost, batches) => {
    const harness = new Harness();
    for (let i = 0; i < lost; i++) await harness.upload(`lost ${i}.jpg`);
    // Just as old as a stuck run: its event would have come.
    harness.clock.advance(SETTINGS.stuckAfterMs);
    const send = vi.spyOn(harness.queue, 'send');
    expect(await reconcile(harness.ports)).toEqual({ versions: lost, ingested: lost });
    expect(send.mock.calls.map(([queue, bodies]) => [queue, bodies.length])).toEqual(
      batches.map((count) => ['ingest', count]),
    );
    const bodies = send.mock.calls.flatMap(([, each]) => each);
    expect(new Set(bodies).size).toBe(lost);
  });
});
