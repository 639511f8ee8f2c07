import { describe, expect, it } from 'vitest';
import { TransientError } from '../../../../core/errors.ts';
import { imageIdOf, intermediateKey } from '../../../../core/names.ts';
import { deleteImage } from '../../../../core/pipeline/delete-image.ts';
import { uploadBody } from '../../../../core/pipeline/messages/tasks.ts';
import { reprocess } from '../../../../core/pipeline/reprocess.ts';
import { sweep } from '../../../../core/pipeline/sweep.ts';
import { handleMessage } from '../../../support/handle-message.ts';
import { idFrom } from '../../../support/record-factory.ts';
import { SETTINGS } from '../../../support/simulated/settings.ts';
import { fannedOut, Harness } from './harness.ts';

const NOTHING = { repaired: 0, postponed: 0, failed: 0, published: 0, deleted: 0 };

describe('the sweeper', () => {
  it('leaves a run alone that is not due', async () => {
    const harness = new Harness();
    await fannedOut(harness);
    expect(await sweep(harness.ports)).toEqual(NOTHING);
  });

  it('sends the tasks of missing parts again', async () => {
    const harness = new Harness();
    const source = await fannedOut(harness);
    harness.queue.messages.splice(0, 2);
    await harness.work();
    harness.clock.advance(SETTINGS.stuckAfterMs);
    expect(await sweep(harness.ports)).toEqual({ ...NOTHING, repaired: 1 });
    expect(harness.queue.messages).toHaveLength(2);
    await harness.work();
    expect(await harness.record(source)).toMatchObject({ state: 'COMPLETE' });
  });

  it('repairs every run that is stuck in one sweep', async () => {
    const harness = new Harness();
    const sources = [await fannedOut(harness), await fannedOut(harness), await fannedOut(harness)];
    harness.queue.messages.splice(0);
    harness.clock.advance(SETTINGS.stuckAfterMs);
    expect(await sweep(harness.ports)).toEqual({ ...NOTHING, repaired: 3 });
    await harness.work();
    for (const source of sources) expect(await harness.record(source)).toMatchObject({ state: 'COMPLETE' });
  });

  it('only postpones a run while the queue has a backlog', async () => {
    const harness = new Harness();
    const source = await fannedOut(harness);
    for (let i = 0; i < 20; i++) {
      harness.clock.advance(SETTINGS.stuckAfterMs);
      expect(await sweep(harness.ports)).toEqual({ ...NOTHING, postponed: 1 });
    }
    expect(await harness.record(source)).toMatchObject({ state: 'FANNED_OUT', repairs: 0 });
  });

  it('ends a run as FAILED, with the reason, where repairs do not help', async () => {
    const harness = new Harness();
    const source = await fannedOut(harness);
    for (let i = 0; i < SETTINGS.maxRepairs; i++) {
      harness.queue.messages.splice(0);
      harness.clock.advance(SETTINGS.stuckAfterMs);
      expect(await sweep(harness.ports)).toEqual({ ...NOTHING, repaired: 1 });
    }
    harness.queue.messages.splice(0);
    harness.clock.advance(SETTINGS.stuckAfterMs);
    expect(await sweep(harness.ports)).toEqual({ ...NOTHING, failed: 1 });
    const { state, reason } = await harness.record(source);
    expect([state, reason?.code]).toEqual(['FAILED', 'STALLED']);
    expect(reason?.message).toBe('After 5 repairs the run still waits for: 90, 180, 270.');
    expect(harness.publisher.events).toMatchObject([{ type: 'image.failed' }]);
  });

  it('publishes an end that was not published', async () => {
    const harness = new Harness();
    const publish = harness.publisher.publish.bind(harness.publisher);
    harness.publisher.publish = () => Promise.reject(new TransientError('THROTTLED', 'SNS is busy.'));
    const source = await harness.upload('a.jpg', 'good upload', { recipe: 'no-rotation' });
    await harness.notify(source);
    await harness.work();
    harness.queue.messages.splice(0);
    expect(await harness.record(source)).toMatchObject({ state: 'COMPLETE' });

    harness.publisher.publish = publish;
    harness.clock.advance(60_000);
    expect(await sweep(harness.ports)).toEqual({ ...NOTHING, published: 1 });
    expect(harness.publisher.events).toMatchObject([{ type: 'image.completed' }]);
    expect(await sweep(harness.ports)).toEqual(NOTHING);
  });
});

describe('a sweep', () => {
  it('looks at the record and not at the index, which lags', async () => {
    const harness = new Harness();
    const source = await fannedOut(harness);
    harness.queue.messages.splice(0);
    harness.catalog.due = async function* () {
      yield* [idFrom('nobody'), imageIdOf(source)];
    };
    expect(await sweep(harness.ports)).toEqual(NOTHING);
  });

  it('leaves a run to the sweeper that has claimed it', async () => {
    const harness = new Harness();
    await fannedOut(harness);
    harness.queue.messages.splice(0);
    harness.clock.advance(SETTINGS.stuckAfterMs);
    harness.catalog.update = async () => undefined;
    expect(await sweep(harness.ports)).toEqual(NOTHING);
    expect(harness.queue.messages).toEqual([]);
  });

  it('sends a run that waits for the processor to it, once the ingest queue is drained', async () => {
    const harness = new Harness();
    const source = await fannedOut(harness);
    await harness.work();
    await reprocess(harness.ports, imageIdOf(source));
    harness.clock.advance(SETTINGS.stuckAfterMs);
    expect(await sweep(harness.ports)).toEqual({ ...NOTHING, postponed: 1 });
    harness.queue.messages.splice(0);
    harness.clock.advance(SETTINGS.stuckAfterMs);
    expect(await sweep(harness.ports)).toEqual({ ...NOTHING, repaired: 1 });
    expect(harness.queue.messages.map(({ queue }) => queue)).toEqual(['ingest']);
  });

  it('says what a run waited for, and its last error', async () => {
    const harness = new Harness();
    harness.objects.head = () => Promise.reject(new TransientError('SLOW_DOWN', 'S3 asks to slow down.'));
    const source = await harness.upload('a.jpg');
    await expect(handleMessage(harness.ports, 'ingest', uploadBody(source))).rejects.toThrow();
    for (let i = 0; i <= SETTINGS.maxRepairs; i++) {
      harness.queue.messages.splice(0);
      harness.clock.advance(SETTINGS.stuckAfterMs);
      await sweep(harness.ports);
    }
    expect((await harness.record(source)).reason).toMatchObject({
      code: 'STALLED',
      message:
        'After 5 repairs the run still waits for: its first start. The last error was: S3 asks to slow down.',
      worker: 'sweeper',
    });
  });

  it('deletes what a late worker wrote for a deleted image, once', async () => {
    const harness = new Harness();
    const source = await fannedOut(harness);
    await deleteImage(harness.ports, imageIdOf(source));
    const key = intermediateKey(imageIdOf(source), 1);
    await harness.objects.write({ bucket: SETTINGS.processedBucket, key }, Buffer.from('late'), 'image/png');
    harness.clock.advance(SETTINGS.stuckAfterMs);
    expect(await sweep(harness.ports)).toEqual({ ...NOTHING, deleted: 1 });
    expect(harness.outputKeys()).toEqual([]);
    expect(await sweep(harness.ports)).toEqual(NOTHING);
  });
});
