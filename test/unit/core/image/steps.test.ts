import { afterEach, expect, test, vi } from 'vitest';
import { startDeadline } from '../../../../core/image/deadline.ts';
import { startSteps } from '../../../../core/image/steps.ts';

afterEach(() => vi.restoreAllMocks());

test('times of a step that runs several times are added up, to a tenth of a millisecond', async () => {
  let nowMs = 100;
  vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
  const steps = startSteps(startDeadline(60_000));
  const take = (ms: number) => () => {
    nowMs += ms;
    return ms;
  };
  expect(await steps.run('resize', take(1.26))).toBe(1.26);
  await steps.run('enhance', take(3));
  await steps.run('resize', take(2));
  nowMs += 4;
  expect(steps.timingsMs()).toEqual({ resize: 3.3, enhance: 3, total: 10.3 });
});

test('no step starts when the time is over', async () => {
  let nowMs = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
  const steps = startSteps(startDeadline(1000));
  nowMs = 1001;
  const work = vi.fn();
  await expect(steps.run('decode', work)).rejects.toMatchObject({ code: 'PROCESSING_LIMIT' });
  expect(work).not.toHaveBeenCalled();
});
