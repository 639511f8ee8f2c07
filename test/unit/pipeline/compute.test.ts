import { afterEach, expect, it, vi } from 'vitest';
import { simulatedImaging } from '../../simulation/imaging.ts';
import { Harness } from './harness.ts';

afterEach(() => vi.restoreAllMocks());

it('keeps the compute of every part, and tells their sum', async () => {
  let nowMs = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
  const harness = new Harness({
    imaging: {
      async process(...args) {
        nowMs += 250.4;
        return simulatedImaging.process(...args);
      },
      async rotate(work, degrees, ...args) {
        nowMs += degrees / 10;
        return simulatedImaging.rotate(work, degrees, ...args);
      },
    },
  });
  const source = await harness.upload('a.jpg');
  await harness.tell(source);
  await harness.work();

  const { finished } = await harness.record(source);
  const workMs = Object.fromEntries(
    Object.entries(finished).map(([variant, part]) => [variant, part.workMs]),
  );
  expect(workMs).toEqual({ processed: 250, '90': 9, '180': 18, '270': 27, '360': 0 });
  expect(harness.announcer.events.map(({ computeMs }) => computeMs)).toEqual([304]);
});
