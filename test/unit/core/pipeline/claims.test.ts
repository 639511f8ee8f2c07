import { describe, expect, it, vi } from 'vitest';
import { imageIdOf } from '../../../../core/names.ts';
import { resumeBody, uploadBody } from '../../../../core/pipeline/messages/tasks.ts';
import type { ImageRecord, Source } from '../../../../core/pipeline/record.ts';
import { reprocess } from '../../../../core/pipeline/reprocess.ts';
import { endUnsuccessfully } from '../../../../core/pipeline/transitions.ts';
import { handleMessage } from '../../../support/handle-message.ts';
import { simulatedImaging } from '../../../support/simulated/imaging.ts';
import { SETTINGS } from '../../../support/simulated/settings.ts';
import { fannedOut, Harness } from './harness.ts';

/* Which message of the ingest queue may start a run, and what becomes of a run that changes while it is processed. */

const STILL_AT_WORK = {
  code: 'STILL_AT_WORK',
  message: 'An earlier start of this run may still be at work.',
};

describe('a message of the ingest queue', () => {
  it('starts only the run and the attempt that it is about', async () => {
    const harness = new Harness();
    const source = await fannedOut(harness);
    await harness.work();
    const imageId = imageIdOf(source);
    await reprocess(harness.ports, imageId);
    const before = await harness.record(source);
    const others = [
      { run: 1, attempt: 1 },
      { run: 2, attempt: 2 },
      { run: 3, attempt: 1 },
    ];
    const bodies = [uploadBody(source), ...others.map((other) => resumeBody({ imageId, ...other }))];
    for (const body of bodies) await handleMessage(harness.ports, 'ingest', body);
    expect(await harness.record(source)).toEqual(before);
    const [record] = await handleMessage(
      harness.ports,
      'ingest',
      resumeBody({ imageId, run: 2, attempt: 1 }),
    );
    expect(record).toMatchObject({ state: 'FANNED_OUT', run: 2 });
  });

  it('writes nothing where the run has ended', async () => {
    const harness = new Harness();
    const source = await fannedOut(harness);
    await harness.work();
    const update = vi.spyOn(harness.catalog, 'update');
    await handleMessage(harness.ports, 'ingest', uploadBody(source));
    expect(update).not.toHaveBeenCalled();
  });

  it('is done where another worker has fanned the run out meanwhile', async () => {
    const harness = new Harness();
    const source = await fannedOut(harness);
    const now = await harness.record(source);
    const before: ImageRecord = { ...now, state: 'RECEIVED' };
    vi.spyOn(harness.catalog, 'get').mockResolvedValueOnce(before);
    expect(await handleMessage(harness.ports, 'ingest', uploadBody(source))).toEqual([now]);
  });

  it('comes again where the start was refused for another reason than too many starts', async () => {
    const harness = new Harness();
    const source = await fannedOut(harness);
    await harness.work();
    const imageId = imageIdOf(source);
    const next = await reprocess(harness.ports, imageId);
    harness.clock.advance(SETTINGS.maxStartMs);
    vi.spyOn(harness.catalog, 'update').mockResolvedValueOnce(undefined);
    const handled = handleMessage(harness.ports, 'ingest', resumeBody({ ...next, imageId }));
    await expect(handled).rejects.toMatchObject(STILL_AT_WORK);
  });

  it('waits for the last start, not for the first', async () => {
    const never = new Promise<never>(() => {});
    const harness = new Harness({ imaging: { ...simulatedImaging, process: () => never } });
    const source = await harness.upload('a.jpg');
    const body = uploadBody(source);
    for (let i = 1; i <= SETTINGS.maxStarts; i++) {
      harness.clock.advance(SETTINGS.maxStartMs);
      void handleMessage(harness.ports, 'ingest', body);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await expect(handleMessage(harness.ports, 'ingest', body)).rejects.toMatchObject(STILL_AT_WORK);
    harness.clock.advance(SETTINGS.maxStartMs);
    await handleMessage(harness.ports, 'ingest', body);
    expect((await harness.record(source)).reason?.message).toBe(
      'The work on this image was started 3 times and never ended, as happens when it needs more memory or time than ' +
        'the worker has. Upload a smaller image.',
    );
  });
});

describe('an upload that is processed', () => {
  /** Processes an upload, and changes its run while that lasts. */
  async function changedMeanwhile(change: (harness: Harness, record: ImageRecord) => Promise<unknown>) {
    let source: Source | undefined;
    const harness: Harness = new Harness({
      imaging: {
        ...simulatedImaging,
        async process(...args) {
          if (source) await change(harness, await harness.record(source));
          return simulatedImaging.process(...args);
        },
      },
    });
    source = await harness.upload('a.jpg');
    const [record] = await handleMessage(harness.ports, 'ingest', uploadBody(source));
    return { harness, record };
  }
  const reason = { code: 'OTHER', message: 'Another worker ended it.' };

  it('may have as many bytes as the limit', async () => {
    const harness = new Harness();
    const source = await harness.upload('a.jpg', 'good '.padEnd(SETTINGS.limits.maxBytes, 'x'));
    const [record] = await handleMessage(harness.ports, 'ingest', uploadBody(source));
    expect(record?.state).toBe('FANNED_OUT');
  });

  it('is REJECTED where it is deleted between the look and the read', async () => {
    const harness = new Harness();
    harness.objects.read = async () => undefined;
    const source = await harness.upload('a.jpg');
    const [record] = await handleMessage(harness.ports, 'ingest', uploadBody(source));
    expect(record?.reason).toMatchObject({
      code: 'SOURCE_NOT_FOUND',
      message:
        `Version ${source.versionId} of a.jpg is no longer in source: it was deleted or overwritten before it could ` +
        'be read. Upload it again.',
    });
  });

  it('keeps its parts for a redrive where it FAILED meanwhile, and sends no task', async () => {
    const { harness, record } = await changedMeanwhile(({ ports }, now) =>
      endUnsuccessfully(ports, now, 'FAILED', reason),
    );
    expect(record).toMatchObject({ state: 'FAILED', finished: { processed: {} } });
    expect(harness.queue.messages).toEqual([]);
  });

  it('keeps its outputs where it was REJECTED meanwhile', async () => {
    const { harness, record } = await changedMeanwhile(({ ports }, now) =>
      endUnsuccessfully(ports, now, 'REJECTED', reason),
    );
    expect(record).toMatchObject({ state: 'REJECTED', reason });
    expect(harness.outputKeys()).not.toEqual([]);
  });

  it('begins once there is room for it', async () => {
    const asked: unknown[] = [];
    const begin = <T>(image: unknown, work: () => Promise<T>) => {
      asked.push(image);
      return work();
    };
    const harness = new Harness({ admission: { process: begin, render: begin } });
    const source = await fannedOut(harness);
    const { recipe } = await harness.record(source);
    expect(asked).toEqual([{ bytes: Buffer.from('good upload'), recipe: recipe?.recipe }]);
  });

  it('sends no message where it has no heavy part', async () => {
    const harness = new Harness();
    const source = await harness.upload('a.jpg', 'good upload', { recipe: 'no-rotation' });
    const send = vi.spyOn(harness.queue, 'send');
    await handleMessage(harness.ports, 'ingest', uploadBody(source));
    expect(send).not.toHaveBeenCalled();
  });
});
