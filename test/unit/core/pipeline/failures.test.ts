import { describe, expect, it } from 'vitest';
import { InvalidInputError, TransientError } from '../../../../core/errors.ts';
import { imageIdOf } from '../../../../core/names.ts';
import { listFailedRuns, redriveRun } from '../../../../core/pipeline/failures.ts';
import { Harness } from './harness.ts';

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
