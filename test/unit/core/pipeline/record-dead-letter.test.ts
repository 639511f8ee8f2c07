import { describe, expect, it, vi } from 'vitest';
import { TransientError } from '../../../../core/errors.ts';
import { imageIdOf } from '../../../../core/names.ts';
import { redriveRun, redriveUnprocessableMessage } from '../../../../core/pipeline/failures.ts';
import { readMessage } from '../../../../core/pipeline/messages/message.ts';
import { partBody, resumeBody, uploadBody } from '../../../../core/pipeline/messages/tasks.ts';
import { recordDeadLetter } from '../../../../core/pipeline/record-dead-letter.ts';
import { handleMessage } from '../../../support/handle-message.ts';
import { fannedOut, Harness } from './harness.ts';

describe('a dead-letter message', () => {
  it('that nobody can read is kept once, and redriven when asked', async () => {
    const harness = new Harness();
    const dead = { queue: 'parts', body: '{"version": 9}' } as const;
    await recordDeadLetter(harness.ports, readMessage(dead.queue, dead.body));
    await recordDeadLetter(harness.ports, readMessage(dead.queue, dead.body));
    const unprocessableMessages = [];
    for await (const unprocessable of harness.catalog.unprocessableMessages())
      unprocessableMessages.push(unprocessable);
    expect(unprocessableMessages).toMatchObject([{ ...dead, reason: { code: 'UNPROCESSABLE_MESSAGE' } }]);

    for (const unprocessable of unprocessableMessages)
      await redriveUnprocessableMessage(harness.ports, unprocessable);
    expect(harness.queue.messages).toMatchObject([dead]);
    for await (const _ of harness.catalog.unprocessableMessages()) throw new Error('expected none');
  });

  it('that is too large for the catalog is kept in part, and can not be redriven', async () => {
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

  it('about a finished part fails nothing', async () => {
    const harness = new Harness();
    const source = await fannedOut(harness);
    const bodies = harness.queue.messages.map(({ body }) => body);
    await harness.work();
    const complete = await harness.record(source);
    for (const body of bodies) await recordDeadLetter(harness.ports, readMessage('parts', body));
    expect(await harness.record(source)).toEqual(complete);
  });

  it('about an unknown image is an unprocessable message', async () => {
    const harness = new Harness();
    const body = partBody({ imageId: '0'.repeat(64), run: 1, attempt: 1, variant: '90' });
    expect(await recordDeadLetter(harness.ports, readMessage('parts', body))).toEqual([]);
    const unprocessableMessages = [];
    for await (const unprocessable of harness.catalog.unprocessableMessages())
      unprocessableMessages.push(unprocessable.body);
    expect(unprocessableMessages).toEqual([body]);
  });
});

describe('a dead-letter message about a run', () => {
  const taskOf = async (harness: Harness) => {
    const source = await fannedOut(harness);
    harness.queue.messages.splice(0);
    return { source, task: { imageId: imageIdOf(source), run: 1, attempt: 1, variant: '90' } };
  };

  it('that nobody ended or explained ends it as FAILED', async () => {
    const harness = new Harness();
    const { source, task } = await taskOf(harness);
    const [record] = await recordDeadLetter(harness.ports, readMessage('parts', partBody(task)));
    expect(record).toMatchObject({
      state: 'FAILED',
      reason: {
        code: 'DEAD_LETTER',
        message: 'The parts queue gave up: no try ended or left a reason.',
        worker: 'parts',
      },
    });
    expect(await harness.record(source)).toEqual(record);
    expect(harness.publisher.events).toMatchObject([{ type: 'image.failed' }]);
  });

  it('gives the last error as the reason, with the worker that met it', async () => {
    const harness = new Harness();
    const { task } = await taskOf(harness);
    const lastError = {
      code: 'SLOW_DOWN',
      message: 'S3 is busy.',
      worker: 'processor',
      at: '2026-01-01',
    } as const;
    await harness.catalog.update(task.imageId, { run: 1, states: ['FANNED_OUT'] }, { set: { lastError } });
    const [record] = await recordDeadLetter(harness.ports, readMessage('parts', partBody(task)));
    expect(record?.reason).toMatchObject({
      code: 'SLOW_DOWN',
      message: 'The parts queue gave up after its last try: S3 is busy.',
      worker: 'processor',
    });
  });

  it.each([{ run: 2 }, { attempt: 2 }, { run: 2, attempt: 2 }])(
    'fails nothing for %o, which is not the current one',
    async (other) => {
      const harness = new Harness();
      const { source, task } = await taskOf(harness);
      const before = await harness.record(source);
      await recordDeadLetter(harness.ports, readMessage('parts', partBody({ ...task, ...other })));
      expect(await harness.record(source)).toEqual(before);
    },
  );

  it('ends the second attempt by its own message, and not by that of the first upload', async () => {
    const harness = new Harness();
    const { source, task } = await taskOf(harness);
    await recordDeadLetter(harness.ports, readMessage('parts', partBody(task)));
    await redriveRun(harness.ports, task.imageId);
    await recordDeadLetter(harness.ports, readMessage('ingest', uploadBody(source)));
    expect(await harness.record(source)).toMatchObject({ state: 'RECEIVED', attempt: 2 });
    await recordDeadLetter(harness.ports, readMessage('ingest', resumeBody({ ...task, attempt: 2 })));
    expect(await harness.record(source)).toMatchObject({
      state: 'FAILED',
      reason: { code: 'DEAD_LETTER', worker: 'processor' },
    });
  });

  it('fails nothing where its own work is done', async () => {
    const harness = new Harness();
    const { source, task } = await taskOf(harness);
    await handleMessage(harness.ports, 'parts', partBody(task));
    const before = await harness.record(source);
    await recordDeadLetter(harness.ports, readMessage('parts', partBody(task)));
    await recordDeadLetter(harness.ports, readMessage('ingest', uploadBody(source)));
    expect(await harness.record(source)).toEqual(before);
    expect(before.state).toBe('FANNED_OUT');
  });

  it('comes again where the catalog has no answer', async () => {
    const harness = new Harness();
    const { task } = await taskOf(harness);
    harness.catalog.get = () => Promise.reject(new TransientError('THROTTLED', 'DynamoDB is busy.'));
    const put = vi.spyOn(harness.catalog, 'putUnprocessableMessage');
    const recorded = recordDeadLetter(harness.ports, readMessage('parts', partBody(task)));
    await expect(recorded).rejects.toThrow('DynamoDB is busy.');
    expect(put).not.toHaveBeenCalled();
  });

  it('is kept by its queue and body where it can not be read', async () => {
    const harness = new Harness();
    for (const [queue, body] of [
      ['ingest', 'a'],
      ['ingest', 'b'],
      ['parts', 'b'],
    ] as const) {
      await recordDeadLetter(harness.ports, readMessage(queue, body));
    }
    let kept = 0;
    for await (const _ of harness.catalog.unprocessableMessages()) kept += 1;
    expect(kept).toBe(3);
  });
});
