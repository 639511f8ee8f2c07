import { describe, expect, it, vi } from 'vitest';
import { PermanentError } from '../../../../core/errors.ts';
import { simulatedImaging } from '../../../support/simulated/imaging.ts';
import { SETTINGS } from '../../../support/simulated/settings.ts';
import { Harness } from './harness.ts';

const never = () => new Promise<never>(() => {});

/** Works while a fake clock passes the time limit. */
async function workWithFakeTime(harness: Harness): Promise<void> {
  vi.useFakeTimers();
  try {
    const work = harness.work();
    await vi.advanceTimersByTimeAsync(SETTINGS.limits.timeoutMs + 2000);
    await work;
  } finally {
    vi.useRealTimers();
  }
}

describe('work that does not end', () => {
  it('rejects the image, be it the processing or a part that hangs', async () => {
    for (const stuck of ['process', 'render'] as const) {
      const harness = new Harness({ imaging: { ...simulatedImaging, [stuck]: never } });
      const source = await harness.upload('slow.jpg');
      await harness.notify(source);
      await workWithFakeTime(harness);
      const record = await harness.record(source);
      expect(record).toMatchObject({ state: 'REJECTED', reason: { code: 'PROCESSING_LIMIT' } });
      expect(record.reason?.message).toContain(`at most ${SETTINGS.limits.timeoutMs / 1000} s`);
      expect(harness.publisher.events.map(({ type }) => type)).toEqual(['image.rejected']);
    }
  });
});

it('rejects an image that can be processed but not rotated', async () => {
  const render = async () => {
    throw new PermanentError('IMAGE_TOO_LARGE', 'Expected at most 16383 pixels a side.');
  };
  const harness = new Harness({ imaging: { ...simulatedImaging, render } });
  const source = await harness.upload('wide.jpg');
  await harness.notify(source);
  await harness.work();
  expect(await harness.record(source)).toMatchObject({
    state: 'REJECTED',
    reason: { code: 'IMAGE_TOO_LARGE', worker: 'parts' },
  });
  expect(harness.publisher.events).toHaveLength(1);
  expect(harness.queue.messages).toEqual([]);
});
