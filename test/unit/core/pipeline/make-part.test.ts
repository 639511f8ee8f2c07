import { describe, expect, it, vi } from 'vitest';
import type { Imaging } from '../../../../core/image/types.ts';
import { imageIdOf, intermediateKey } from '../../../../core/names.ts';
import { partBody } from '../../../../core/pipeline/messages/tasks.ts';
import { handleMessage } from '../../../support/handle-message.ts';
import { simulatedImaging } from '../../../support/simulated/imaging.ts';
import { SETTINGS } from '../../../support/simulated/settings.ts';
import { fannedOut, Harness } from './harness.ts';

describe('a missing intermediate', () => {
  it('is made again, and then the parts', async () => {
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

  it('does not matter where the last part was being made already', async () => {
    const gate = Promise.withResolvers<void>();
    const render: Imaging['render'] = async (intermediate, part, ...args) => {
      if (part.variant === '270') await gate.promise;
      return simulatedImaging.render(intermediate, part, ...args);
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

  it('ends the run as FAILED when it is lost every time', async () => {
    const harness = new Harness();
    const write = harness.objects.write.bind(harness.objects);
    harness.objects.write = async (ref, body, type) =>
      ref.key.startsWith('work/') ? undefined : write(ref, body, type);
    const source = await harness.upload('a.jpg');
    await harness.notify(source);
    await harness.workToTheEnd();
    expect(await harness.record(source)).toMatchObject({
      state: 'FAILED',
      reason: { code: 'INTERMEDIATE_MISSING' },
    });
  });
});

describe('a task of the parts queue', () => {
  it('makes a part of a run that FAILED, so that a redrive finds it done', async () => {
    const harness = new Harness();
    const source = await fannedOut(harness);
    await harness.catalog.update(
      imageIdOf(source),
      { run: 1, states: ['FANNED_OUT'] },
      { set: { state: 'FAILED' } },
    );
    await harness.work();
    expect(Object.keys((await harness.record(source)).finished)).toContain('90');
  });

  it.each([
    ['an earlier run', { run: 2 }],
    ['an unknown part', { variant: '45' }],
    ['an inherited property', { variant: 'constructor' }],
    ['a light part, which only the processor makes', { variant: 'processed' }],
  ])('does nothing for %s', async (_, overrides) => {
    const render = vi.fn(simulatedImaging.render);
    const harness = new Harness({ imaging: { ...simulatedImaging, render } });
    const source = await fannedOut(harness);
    const before = await harness.record(source);
    const task = { imageId: imageIdOf(source), run: 1, attempt: 1, variant: '90', ...overrides };
    await handleMessage(harness.ports, 'parts', partBody(task));
    expect(render).not.toHaveBeenCalled();
    expect(await harness.record(source)).toEqual(before);
  });
});

it('gives the work on a part the time of an image', async () => {
  const render = vi.fn(simulatedImaging.render);
  const harness = new Harness({ imaging: { ...simulatedImaging, render } });
  await fannedOut(harness);
  await harness.workToTheEnd();
  expect(render.mock.calls.map(([, , , { timeoutMs }]) => timeoutMs)).toEqual([
    SETTINGS.limits.timeoutMs,
    SETTINGS.limits.timeoutMs,
    SETTINGS.limits.timeoutMs,
  ]);
});

describe('a part', () => {
  const prepared = async (harness: Harness) => {
    const source = await fannedOut(harness);
    harness.queue.messages.splice(0);
    const imageId = imageIdOf(source);
    return { source, imageId, body: partBody({ imageId, run: 1, attempt: 1, variant: '90' }) };
  };
  const lose = (harness: Harness, imageId: string) =>
    harness.objects.delete({ bucket: SETTINGS.processedBucket, key: intermediateKey(imageId, 1) });

  it('comes again while the intermediate is being made', async () => {
    const harness = new Harness();
    const { imageId, body } = await prepared(harness);
    await lose(harness, imageId);
    await harness.catalog.update(
      imageId,
      { run: 1, states: ['FANNED_OUT'] },
      { set: { state: 'PROCESSING' } },
    );
    await expect(handleMessage(harness.ports, 'parts', body)).rejects.toMatchObject({
      code: 'INTERMEDIATE_MISSING',
      message: 'The intermediate of this run is missing, and is being made again.',
    });
  });

  it('whose intermediate is missing after all repairs ends the run, with an event', async () => {
    const harness = new Harness();
    const { imageId, body } = await prepared(harness);
    await lose(harness, imageId);
    await harness.catalog.update(
      imageId,
      { run: 1, states: ['FANNED_OUT'] },
      { add: { repairs: SETTINGS.maxRepairs } },
    );
    const [record] = await handleMessage(harness.ports, 'parts', body);
    expect(record).toMatchObject({
      state: 'FAILED',
      reason: {
        code: 'INTERMEDIATE_MISSING',
        message: 'The intermediate of this run is missing, still after 5 repairs.',
        worker: 'parts',
      },
    });
    expect(harness.publisher.events).toMatchObject([{ type: 'image.failed' }]);
  });

  it('is made once there is room for it', async () => {
    const asked: unknown[] = [];
    const render = <T>(part: unknown, work: () => Promise<T>) => {
      asked.push(part);
      return work();
    };
    const harness = new Harness({ admission: { render, process: (_, work) => work() } });
    const { source, body } = await prepared(harness);
    await handleMessage(harness.ports, 'parts', body);
    const { recipe } = await harness.record(source);
    const part = expect.objectContaining({ variant: '90' });
    const intermediate = Buffer.from('intermediate of good upload');
    expect(asked).toEqual([{ intermediate, part, recipe: recipe?.recipe }]);
  });
});
