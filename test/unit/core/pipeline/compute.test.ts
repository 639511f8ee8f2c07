import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { TransientError } from '../../../../core/errors.ts';
import { reprocess } from '../../../../core/pipeline/reprocess.ts';
import { simulatedImaging } from '../../../support/simulated/imaging.ts';
import { Harness } from './harness.ts';

let nowMs = 0;

beforeEach(() => {
  nowMs = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
});

afterEach(() => vi.restoreAllMocks());

/** Takes 250.4 ms for an image, and for a rotation a tenth of a millisecond per degree. */
const timedImaging: typeof simulatedImaging = {
  ...simulatedImaging,
  async process(...args) {
    nowMs += 250.4;
    return simulatedImaging.process(...args);
  },
  async render(intermediate, part, ...args) {
    nowMs += Number(part.variant) / 10;
    return simulatedImaging.render(intermediate, part, ...args);
  },
};

it('stores the compute of every part, and publishes their sum', async () => {
  const harness = new Harness({ imaging: timedImaging });
  const source = await harness.upload('a.jpg');
  await harness.notify(source);
  await harness.work();

  const { finished, computeMs } = await harness.record(source);
  const byVariant = Object.fromEntries(
    Object.entries(finished).map(([variant, part]) => [variant, part.computeMs]),
  );
  expect(byVariant).toEqual({ processed: 250, '90': 9, '180': 18, '270': 27, '360': 0 });
  expect(computeMs).toBe(304);
  expect(harness.publisher.events.map((event) => event.computeMs)).toEqual([304]);
});

it('counts the work on an image that is then rejected', async () => {
  const harness = new Harness({ imaging: timedImaging });
  const source = await harness.upload('a.jpg', 'corrupt upload');
  await harness.notify(source);
  await harness.work();
  expect(await harness.record(source)).toMatchObject({ state: 'REJECTED', computeMs: 250 });
});

it('counts every try once: one that failed, and one that failed only to send its tasks', async () => {
  let tries = 0;
  const harness = new Harness({
    imaging: {
      ...timedImaging,
      async process(...args) {
        nowMs += 100;
        tries += 1;
        if (tries === 1) throw new TransientError('BUSY', 'Try again.');
        return simulatedImaging.process(...args);
      },
    },
  });
  const send = harness.queue.send.bind(harness.queue);
  vi.spyOn(harness.queue, 'send').mockImplementation((queue, bodies) => {
    if (queue === 'parts' && tries === 2) return Promise.reject(new TransientError('THROTTLED', 'Too many.'));
    return send(queue, bodies);
  });
  const source = await harness.upload('a.jpg');
  await harness.notify(source);
  await harness.workToTheEnd();
  expect(tries).toBe(3);
  expect(await harness.record(source)).toMatchObject({ state: 'COMPLETE', computeMs: 3 * 100 + 9 + 18 + 27 });
});

it('starts at 0 in the next run', async () => {
  const harness = new Harness({ imaging: timedImaging });
  const source = await harness.upload('a.jpg');
  await harness.notify(source);
  await harness.work();
  const { imageId } = await harness.record(source);
  await reprocess(harness.ports, imageId);
  await harness.work();
  expect(await harness.record(source)).toMatchObject({ run: 2, state: 'COMPLETE', computeMs: 304 });
});
