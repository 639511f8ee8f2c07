import { describe, expect, it, vi } from 'vitest';
import { InvalidInputError, TransientError } from '../../../../core/errors.ts';
import { imageIdOf } from '../../../../core/names.ts';
import {
  listFailedRuns,
  redriveRun,
  redriveUnprocessableMessage,
} from '../../../../core/pipeline/failures.ts';
import type { UnprocessableMessage } from '../../../../core/pipeline/record.ts';
import { idFrom, unprocessableMessage } from '../../../support/record-factory.ts';
import { fannedOut, Harness } from './harness.ts';

async function ids(records: AsyncIterable<{ imageId: string }>): Promise<string[]> {
  const all: string[] = [];
  for await (const { imageId } of records) all.push(imageId);
  return all;
}

describe('a redrive', () => {
  it('brings a failed run to COMPLETE in a new attempt, with another event', async () => {
    const harness = new Harness();
    const read = harness.objects.read.bind(harness.objects);
    harness.objects.read = () => Promise.reject(new TransientError('SLOW_DOWN', 'S3 asks to slow down.'));
    const source = await harness.upload('a.jpg');
    await harness.notify(source);
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

  it('refuses an image whose run has not failed', async () => {
    const harness = new Harness();
    await expect(redriveRun(harness.ports, 'f'.repeat(64))).rejects.toThrow(InvalidInputError);
  });
});

describe('what can be redriven', () => {
  it('are the runs that FAILED, whatever the index says', async () => {
    const harness = new Harness();
    const source = await fannedOut(harness);
    harness.catalog.failed = async function* () {
      yield* [idFrom('nobody'), imageIdOf(source)];
    };
    expect(await ids(listFailedRuns(harness.ports))).toEqual([]);
  });

  it('says what it found in place of a failed run', async () => {
    const harness = new Harness();
    const source = await fannedOut(harness);
    const expected = 'expected the id of an image whose run FAILED, received';
    await expect(redriveRun(harness.ports, idFrom('nobody'))).rejects.toThrow(
      `${expected} ${idFrom('nobody')}: there is none`,
    );
    await expect(redriveRun(harness.ports, imageIdOf(source))).rejects.toThrow(
      `${expected} ${imageIdOf(source)}: it is FANNED_OUT`,
    );
  });

  it('is looked at again where somebody has changed it meanwhile', async () => {
    const harness = new Harness();
    const source = await fannedOut(harness);
    const failed = { state: 'FAILED', publishedAt: '2026-01-01T00:00:00.000Z' } as const;
    await harness.catalog.update(imageIdOf(source), { run: 1, states: ['FANNED_OUT'] }, { set: failed });
    vi.spyOn(harness.catalog, 'update').mockResolvedValueOnce(undefined);
    expect(await redriveRun(harness.ports, imageIdOf(source))).toMatchObject({
      state: 'RECEIVED',
      attempt: 2,
    });
  });

  it('is no message of a queue that there is not, and none that was cut', async () => {
    const harness = new Harness();
    const message = { ...unprocessableMessage('m1'), queue: 'renditions' } as unknown as UnprocessableMessage;
    await expect(redriveUnprocessableMessage(harness.ports, message)).rejects.toThrow(
      'unprocessable message m1: expected one of the queues ingest, parts, labels, exports, received renditions',
    );
    const cut = { ...unprocessableMessage('m2'), bodyBytes: 100 };
    await expect(redriveUnprocessableMessage(harness.ports, cut)).rejects.toThrow(
      'unprocessable message m2: it had 100 bytes, of which only the start was kept. It cannot be sent again.',
    );
    expect(harness.queue.messages).toEqual([]);
  });
});
