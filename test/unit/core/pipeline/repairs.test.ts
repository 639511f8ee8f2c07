import { describe, expect, it } from 'vitest';
import { InvalidInputError, TransientError } from '../../../../core/errors.ts';
import type { Imaging } from '../../../../core/image/types.ts';
import { imageIdOf, intermediateKey } from '../../../../core/names.ts';
import { deleteImage } from '../../../../core/pipeline/delete-image.ts';
import {
  listFailedRuns,
  redriveRun,
  redriveUnprocessableMessage,
} from '../../../../core/pipeline/failures.ts';
import { readMessage } from '../../../../core/pipeline/messages/message.ts';
import { partBody } from '../../../../core/pipeline/messages/tasks.ts';
import { reconcile } from '../../../../core/pipeline/reconcile.ts';
import { recordDeadLetter } from '../../../../core/pipeline/record-dead-letter.ts';
import { reprocess } from '../../../../core/pipeline/reprocess.ts';
import { sweep } from '../../../../core/pipeline/sweep.ts';
import { handleMessage } from '../../../support/handle-message.ts';
import { simulatedImaging } from '../../../support/simulated/imaging.ts';
import { SETTINGS } from '../../../support/simulated/settings.ts';
import { Harness } from './harness.ts';

const NOTHING = { repaired: 0, postponed: 0, failed: 0, published: 0, deleted: 0 };

async function fannedOut(harness: Harness) {
  const source = await harness.upload('a.jpg');
  await harness.tell(source);
  const message = harness.queue.messages.find(({ queue }) => queue === 'ingest');
  if (!message) throw new Error('expected a message');
  await handleMessage(harness.ports, 'ingest', message.body);
  harness.queue.remove(message);
  return source;
}

async function ids(records: AsyncIterable<{ imageId: string }>): Promise<string[]> {
  const all: string[] = [];
  for await (const { imageId } of records) all.push(imageId);
  return all;
}

describe('the sweeper', () => {
  it('leaves alone what is not due', async () => {
    const harness = new Harness();
    await fannedOut(harness);
    expect(await sweep(harness.ports)).toEqual(NOTHING);
  });

  it('sends lost rotation tasks again, only the missing ones', async () => {
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

  it('only waits while the queue has a backlog', async () => {
    const harness = new Harness();
    const source = await fannedOut(harness);
    for (let i = 0; i < 20; i++) {
      harness.clock.advance(SETTINGS.stuckAfterMs);
      expect(await sweep(harness.ports)).toEqual({ ...NOTHING, postponed: 1 });
    }
    expect(await harness.record(source)).toMatchObject({ state: 'FANNED_OUT', repairs: 0 });
  });

  it('ends as FAILED, with the reason, what no repair helps', async () => {
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
    expect(reason?.message).toContain('still waits for: 90, 180, 270');
    expect(harness.publisher.events).toMatchObject([{ type: 'image.failed' }]);
  });

  it('tells an end that was not told', async () => {
    const harness = new Harness();
    const publish = harness.publisher.publish.bind(harness.publisher);
    harness.publisher.publish = () => Promise.reject(new TransientError('THROTTLED', 'SNS is busy.'));
    const source = await harness.upload('a.jpg', 'good upload', { recipe: 'no-turn' });
    await harness.tell(source);
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

describe('a lost intermediate', () => {
  it('is made again, and the rotations after it', async () => {
    const harness = new Harness();
    const source = await fannedOut(harness);
    await harness.objects.delete({
      bucket: SETTINGS.processedBucket,
      key: intermediateKey(imageIdOf(source), 1),
    });
    await harness.workToTheEnd();
    expect(await harness.record(source)).toMatchObject({ state: 'COMPLETE', repairs: 1 });
    expect(harness.publisher.events).toHaveLength(1);
  });

  it('is missed by nobody where the last part was under way already', async () => {
    const gate = Promise.withResolvers<void>();
    const render: Imaging['render'] = async (intermediate, part, recipe) => {
      if (part.variant === '270') await gate.promise;
      return simulatedImaging.render(intermediate, part, recipe);
    };
    const harness = new Harness({ imaging: { ...simulatedImaging, render } });
    const source = await fannedOut(harness);
    const task = { imageId: imageIdOf(source), run: 1, attempt: 1 };
    const make = async (variant: string) =>
      (await handleMessage(harness.ports, 'parts', partBody({ ...task, variant })))[0];
    const slow = make('270');
    await make('90');
    await make('180');
    await harness.objects.delete({ bucket: SETTINGS.processedBucket, key: intermediateKey(task.imageId, 1) });
    expect(await make('270')).toMatchObject({ state: 'RECEIVED' });

    harness.queue.messages.splice(0);
    gate.resolve();
    expect(await slow).toMatchObject({ state: 'COMPLETE' });
    expect(harness.publisher.events).toMatchObject([{ type: 'image.completed' }]);
  });

  it('ends the run as FAILED when it never stays', async () => {
    const harness = new Harness();
    const write = harness.objects.write.bind(harness.objects);
    harness.objects.write = async (ref, body, type) =>
      ref.key.startsWith('work/') ? undefined : write(ref, body, type);
    const source = await harness.upload('a.jpg');
    await harness.tell(source);
    await harness.workToTheEnd();
    expect(await harness.record(source)).toMatchObject({
      state: 'FAILED',
      reason: { code: 'INTERMEDIATE_MISSING' },
    });
  });
});

describe('the recorder of dead letters', () => {
  it('keeps what nobody can read as an incident, once, and sends it again when asked', async () => {
    const harness = new Harness();
    const letter = { queue: 'parts', body: '{"version": 9}' } as const;
    await recordDeadLetter(harness.ports, readMessage(letter.queue, letter.body));
    await recordDeadLetter(harness.ports, readMessage(letter.queue, letter.body));
    const unprocessableMessages = [];
    for await (const unprocessable of harness.catalog.unprocessableMessages())
      unprocessableMessages.push(unprocessable);
    expect(unprocessableMessages).toMatchObject([{ ...letter, reason: { code: 'UNREADABLE_MESSAGE' } }]);

    for (const unprocessable of unprocessableMessages)
      await redriveUnprocessableMessage(harness.ports, unprocessable);
    expect(harness.queue.messages).toMatchObject([letter]);
    for await (const _ of harness.catalog.unprocessableMessages()) throw new Error('expected none');
  });

  it('keeps the start of a message that the catalog could not hold, and says so', async () => {
    const harness = new Harness();
    const body = 'ü'.repeat(500_000);
    await recordDeadLetter(harness.ports, readMessage('ingest', body));
    for await (const unprocessable of harness.catalog.unprocessableMessages()) {
      expect(unprocessable).toMatchObject({ bodyBytes: 1_000_000, body: 'ü'.repeat(32_768) });
      await expect(redriveUnprocessableMessage(harness.ports, unprocessable)).rejects.toThrow(
        /1000000 bytes.*only the start/,
      );
    }
    expect.assertions(2);
  });

  it('fails nothing for a part that is there, nor for an earlier attempt', async () => {
    const harness = new Harness();
    const source = await fannedOut(harness);
    const bodies = harness.queue.messages.map(({ body }) => body);
    await harness.work();
    const complete = await harness.record(source);
    for (const body of bodies) await recordDeadLetter(harness.ports, readMessage('parts', body));
    expect(await harness.record(source)).toEqual(complete);
  });

  it('calls a task for an image that nobody knows an incident', async () => {
    const harness = new Harness();
    const body = partBody({ imageId: '0'.repeat(64), run: 1, attempt: 1, variant: '90' });
    expect(await recordDeadLetter(harness.ports, readMessage('parts', body))).toEqual([]);
    const unprocessableMessages = [];
    for await (const unprocessable of harness.catalog.unprocessableMessages())
      unprocessableMessages.push(unprocessable.body);
    expect(unprocessableMessages).toEqual([body]);
  });
});

describe('a redrive', () => {
  it('brings a failed run to COMPLETE in a new attempt, with an event of its own', async () => {
    const harness = new Harness();
    const read = harness.objects.read.bind(harness.objects);
    harness.objects.read = () => Promise.reject(new TransientError('SLOW_DOWN', 'S3 asks to slow down.'));
    const source = await harness.upload('a.jpg');
    await harness.tell(source);
    await harness.workToTheEnd();
    await harness.recordDeadLetters();
    expect(await ids(listFailedRuns(harness.ports))).toEqual([imageIdOf(source)]);

    harness.objects.read = read;
    await redriveRun(harness.ports, imageIdOf(source));
    await harness.work();
    expect(await harness.record(source)).toMatchObject({ state: 'COMPLETE', run: 1, attempt: 2 });
    expect(await ids(listFailedRuns(harness.ports))).toEqual([]);
    expect(harness.publisher.events.map(({ type, attempt }) => [type, attempt])).toEqual([
      ['image.failed', 1],
      ['image.completed', 2],
    ]);
  });

  it('refuses what has not failed', async () => {
    const harness = new Harness();
    await expect(redriveRun(harness.ports, 'f'.repeat(64))).rejects.toThrow(InvalidInputError);
  });
});

describe('reprocessing', () => {
  it('makes the next run beside the last one', async () => {
    const harness = new Harness();
    const source = await harness.upload('a.jpg');
    await harness.tell(source);
    await harness.work();
    const firstKeys = harness.outputKeys();
    await reprocess(harness.ports, imageIdOf(source), 'one-turn');
    await harness.work();

    expect(await harness.record(source)).toMatchObject({
      state: 'COMPLETE',
      run: 2,
      recipe: { name: 'one-turn' },
    });
    expect(await harness.catalog.history(imageIdOf(source))).toMatchObject([
      { run: 1, recipe: { name: 'augment' } },
    ]);
    const added = harness.outputKeys().filter((key) => !firstKeys.includes(key));
    expect(added.filter((key) => key.includes('_r2.'))).toHaveLength(2);
    expect(harness.outputKeys()).toEqual(expect.arrayContaining(firstKeys));
    expect(harness.publisher.events.map(({ run }) => run)).toEqual([1, 2]);
  });

  it('waits for the end of the current run', async () => {
    const harness = new Harness();
    const source = await fannedOut(harness);
    await expect(reprocess(harness.ports, imageIdOf(source))).rejects.toThrow(/run 1 is FANNED_OUT/);
  });
});

describe('a deletion', () => {
  it('erases every run, and no late message brings the image back', async () => {
    const harness = new Harness();
    const source = await fannedOut(harness);
    const late = harness.queue.messages.map(({ body }) => body);
    await harness.work();
    await reprocess(harness.ports, imageIdOf(source));
    await harness.work();
    await deleteImage(harness.ports, imageIdOf(source));
    expect(harness.outputKeys()).toEqual([]);

    await harness.queue.send('parts', late);
    await harness.tell(source);
    await harness.work();
    harness.clock.advance(SETTINGS.stuckAfterMs);
    expect(await sweep(harness.ports)).toEqual({ ...NOTHING, deleted: 1 });
    expect(await reconcile(harness.ports)).toEqual({ versions: 0, ingested: 0 });
    expect(harness.outputKeys()).toEqual([]);
    expect(await harness.record(source)).toMatchObject({ state: 'DELETED', finished: {} });
  });
});

describe('the reconciler', () => {
  it('ingests what the catalog does not know, once it is old enough', async () => {
    const harness = new Harness();
    const known = await harness.upload('known.jpg');
    await harness.tell(known);
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
