import { describe, expect, it } from 'vitest';
import { TransientError } from '../../../../core/errors.ts';
import { imageIdOf } from '../../../../core/names.ts';
import { completionEventSchema } from '../../../../core/pipeline/messages/completion.ts';
import { resumeBody, uploadBody } from '../../../../core/pipeline/messages/tasks.ts';
import { handleMessage } from '../../../support/handle-message.ts';
import { simulatedImaging } from '../../../support/simulated/imaging.ts';
import { SETTINGS } from '../../../support/simulated/settings.ts';
import { Harness } from './harness.ts';

describe('an upload', () => {
  it('becomes five outputs under the documented keys, and one event', async () => {
    const harness = new Harness();
    const source = await harness.upload('trip/day 1.png');
    await harness.notify(source);
    await harness.work();

    const id = imageIdOf(source).slice(0, 16);
    const outputs = [
      `augmented-images/180-degree/trip/day 1_rotated_180_20260101_000000_${id}.jpg`,
      `augmented-images/270-degree/trip/day 1_rotated_270_20260101_000000_${id}.jpg`,
      `augmented-images/360-degree/trip/day 1_original_20260101_000000_${id}.jpg`,
      `augmented-images/90-degree/trip/day 1_rotated_90_20260101_000000_${id}.jpg`,
      `processed/trip/day 1_256x256_${id}.jpg`,
    ];
    const imageId = imageIdOf(source);
    const own = [`details/${imageId}/1.json`, `previews/${imageId}/1/thumb.webp`, `work/${imageId}/1`];
    expect(harness.outputKeys()).toEqual([...outputs, ...own].sort());
    expect(await harness.record(source)).toMatchObject({ state: 'COMPLETE', run: 1, attempt: 1 });

    const origin = { 'image-id': imageId, run: '1', recipe: 'augment', 'source-version': source.versionId };
    for (const key of [...outputs, ...own]) {
      const info = await harness.objects.head({ bucket: SETTINGS.processedBucket, key });
      expect(info?.metadata, key).toEqual(origin);
    }

    const [event, ...more] = harness.publisher.events;
    expect(more).toEqual([]);
    expect(completionEventSchema.parse(event)).toMatchObject({ type: 'image.completed', recipe: 'augment' });
    expect(event?.outputs.map(({ key }) => key).sort()).toEqual(outputs);
    expect(event?.outputs.map(({ variant }) => variant)).toEqual(['processed', '90', '180', '270', '360']);
  });

  it('changes nothing when its event is delivered three times, early or late', async () => {
    const harness = new Harness();
    const source = await harness.upload('a.jpg');
    await harness.notify(source);
    await harness.notify(source);
    await harness.work();
    const keys = harness.outputKeys();
    const record = await harness.record(source);
    await harness.notify(source);
    await harness.work();

    expect(harness.outputKeys()).toEqual(keys);
    expect(await harness.record(source)).toEqual(record);
    expect(new Set(harness.publisher.events.map(({ eventId }) => eventId)).size).toBe(1);
  });

  it('is a new image when the same key is overwritten', async () => {
    const harness = new Harness();
    const sources = [await harness.upload('a.jpg', 'good one'), await harness.upload('a.jpg', 'good two')];
    for (const source of sources) await harness.notify(source);
    await harness.work();

    const records = await Promise.all(sources.map((source) => harness.record(source)));
    expect(records.map(({ state }) => state)).toEqual(['COMPLETE', 'COMPLETE']);
    expect(harness.outputKeys().filter((key) => key.startsWith('processed/'))).toHaveLength(2);
  });

  it('is complete at once where its recipe has no rotations, and needs no intermediate', async () => {
    const harness = new Harness();
    const source = await harness.upload('a.jpg', 'good upload', { recipe: 'no-rotation' });
    await harness.notify(source);
    await harness.work();

    expect(await harness.record(source)).toMatchObject({
      state: 'COMPLETE',
      recipe: { name: 'no-rotation' },
    });
    expect(harness.outputKeys().filter((key) => key.startsWith('work/'))).toEqual([]);
  });

  it('keeps the recipe that it started with', async () => {
    const harness = new Harness();
    const source = await harness.upload('a.jpg');
    await handleMessage(harness.ports, 'ingest', uploadBody(source));
    harness.ports.settings = { ...SETTINGS, recipes: new Map() };
    await harness.work();
    expect(await harness.record(source)).toMatchObject({ state: 'COMPLETE', recipe: { name: 'augment' } });
  });

  it('has as its owner the user whose folder it is in', async () => {
    const harness = new Harness();
    const source = await harness.upload('uploads/ada/a.jpg');
    await harness.notify(source);
    await harness.work();
    expect(harness.publisher.events).toMatchObject([{ owner: 'ada' }]);
  });
});

describe('the warnings about a file', () => {
  async function eventWith(warnings: string[]) {
    const process = async (...args: Parameters<typeof simulatedImaging.process>) => {
      return { ...(await simulatedImaging.process(...args)), warnings };
    };
    const harness = new Harness({ imaging: { ...simulatedImaging, process } });
    const source = await harness.upload('a.jpg', 'good upload', { recipe: 'no-rotation' });
    await harness.notify(source);
    await harness.work();
    return { record: await harness.record(source), event: harness.publisher.events[0] };
  }

  it('are in the record and in the event', async () => {
    const { record, event } = await eventWith(['It ends without its end marker.']);
    expect(record.warnings).toEqual(['It ends without its end marker.']);
    expect(completionEventSchema.parse(event).warnings).toEqual(record.warnings);
  });

  it('are an empty list in the event where there are none, and not in the record', async () => {
    const { record, event } = await eventWith([]);
    expect(record).not.toHaveProperty('warnings');
    expect(event?.warnings).toEqual([]);
  });

  it('are cut, so that the record stays small', async () => {
    const { record } = await eventWith(Array.from({ length: 50 }, () => 'ü'.repeat(1000)));
    expect(record.warnings).toEqual(Array.from({ length: 3 }, () => 'ü'.repeat(100)));
  });
});

describe('an upload at fault', () => {
  it.each([
    ['corrupt upload', {}, 'CORRUPT_IMAGE'],
    ['good upload', { recipe: 'vivd' }, 'UNKNOWN_RECIPE'],
    [`good ${'x'.repeat(2000)}`, {}, 'IMAGE_TOO_LARGE'],
  ])('is REJECTED with a code and a message: %.16s %o', async (text, metadata, code) => {
    const harness = new Harness();
    const source = await harness.upload('a.jpg', text, metadata);
    await harness.notify(source);
    await harness.work();

    expect(await harness.record(source)).toMatchObject({ state: 'REJECTED', reason: { code } });
    expect(harness.publisher.events).toMatchObject([
      { type: 'image.rejected', outputs: [], reason: { code } },
    ]);
    expect(harness.publisher.events[0]?.reason?.message).toMatch(/^[A-Z].{20,}\.$/);
    expect(harness.outputKeys()).toEqual([]);
    expect(harness.queue.messages).toEqual([]);
  });

  it('is REJECTED where it is deleted before it is read', async () => {
    const harness = new Harness();
    const source = await harness.upload('a.jpg');
    await harness.objects.delete(source);
    await harness.notify(source);
    await harness.work();
    expect(await harness.record(source)).toMatchObject({
      state: 'REJECTED',
      reason: { code: 'SOURCE_NOT_FOUND' },
    });
  });

  it('is REJECTED after three starts without an outcome', async () => {
    let startCount = 0;
    const never = new Promise<never>(() => {});
    const imaging = {
      ...simulatedImaging,
      process: () => {
        startCount += 1;
        return never;
      },
    };
    const harness = new Harness({ imaging });
    const source = await harness.upload('a.jpg');
    const body = uploadBody(source);
    for (let i = 1; i <= 3; i++) {
      void handleMessage(harness.ports, 'ingest', body);
      await new Promise((resolve) => setImmediate(resolve));
      expect(startCount).toBe(i);
    }
    // While the last start may still be at work, nothing is decided.
    await expect(handleMessage(harness.ports, 'ingest', body)).rejects.toThrow(TransientError);
    harness.clock.advance(SETTINGS.maxStartMs);
    await handleMessage(harness.ports, 'ingest', body);
    expect(await harness.record(source)).toMatchObject({
      state: 'REJECTED',
      reason: { code: 'PROCESSING_LIMIT' },
    });
    expect(startCount).toBe(3);
  });
});

describe('a fault of the infrastructure', () => {
  it('is not held against the image: the run waits, with the error recorded', async () => {
    let outage = true;
    const harness = new Harness();
    const read = harness.objects.read.bind(harness.objects);
    harness.objects.read = (ref) =>
      outage ? Promise.reject(new TransientError('SLOW_DOWN', 'S3 asks to slow down.')) : read(ref);
    const source = await harness.upload('a.jpg');
    await harness.notify(source);
    for (let tries = 0; tries < 4; tries++) {
      await harness.work();
      expect(await harness.record(source)).toMatchObject({
        state: 'PROCESSING',
        startCount: 0,
        lastError: { code: 'SLOW_DOWN', worker: 'processor' },
      });
      harness.clock.advance(360_000);
    }
    outage = false;
    await harness.work();
    const record = await harness.record(source);
    expect(record.state).toBe('COMPLETE');
    expect(record).not.toHaveProperty('lastError');
  });

  it('ends the run as FAILED through the dead-letter queue, with one event that says why', async () => {
    const harness = new Harness();
    harness.objects.read = () => Promise.reject(new TransientError('SLOW_DOWN', 'S3 asks to slow down.'));
    const source = await harness.upload('a.jpg');
    await harness.notify(source);
    await harness.workToTheEnd();
    expect(harness.queue.dead).toHaveLength(1);
    await harness.recordDeadLetters();

    expect(await harness.record(source)).toMatchObject({ state: 'FAILED', reason: { code: 'SLOW_DOWN' } });
    expect(harness.publisher.events).toMatchObject([
      { type: 'image.failed', reason: { message: expect.stringContaining('S3 asks to slow down.') } },
    ]);
  });
});

describe('a stale message', () => {
  it('of another run or attempt changes nothing', async () => {
    const harness = new Harness();
    const source = await harness.upload('a.jpg');
    await harness.notify(source);
    await harness.work();
    const before = await harness.record(source);
    for (const [run, attempt] of [
      [2, 1],
      [1, 2],
    ] as const) {
      await handleMessage(harness.ports, 'ingest', resumeBody({ imageId: before.imageId, run, attempt }));
    }
    expect(await harness.record(source)).toEqual(before);
  });
});
