import { describe, expect, it } from 'vitest';
import { imageIdOf, LABELS, labelInputKey } from '../../../../core/names.ts';
import { imageView } from '../../../../core/pipeline/image-view.ts';
import { partBody } from '../../../../core/pipeline/messages/tasks.ts';
import type { Source } from '../../../../core/pipeline/record.ts';
import { sweep } from '../../../../core/pipeline/sweep.ts';
import type { Classifier } from '../../../../core/ports.ts';
import { handleMessage } from '../../../support/handle-message.ts';
import { expectedLabels, simulatedClassifier } from '../../../support/simulated/imaging.ts';
import { SETTINGS } from '../../../support/simulated/settings.ts';
import { Harness } from './harness.ts';

const CRASHING: Classifier = {
  classify: async () => {
    throw new Error('the model is broken');
  },
};

async function uploaded(harness: Harness, recipe = 'labelled'): Promise<Source> {
  const source = await harness.upload('a.jpg', 'good upload', { recipe });
  await harness.notify(source);
  return source;
}

function labelsOf(harness: Harness, source: Source) {
  return harness.record(source).then((record) => imageView(record, SETTINGS.processedBucket).labels);
}

describe('the labels of a run', () => {
  it('are a part of it, and say what the original shows', async () => {
    const harness = new Harness();
    const source = await uploaded(harness);
    await harness.workToTheEnd();
    expect(await harness.record(source)).toMatchObject({
      state: 'COMPLETE',
      expected: ['processed', '90', LABELS],
      labels: { model: 'simulated', sha256: expectedLabels(Buffer.from('good upload')) },
    });
    expect(harness.publisher.events).toMatchObject([
      {
        type: 'image.completed',
        labels: { mode: 'fast', minConfidence: 0.3, outcome: 'nothing-recognised' },
      },
    ]);
    expect(harness.publisher.events[0]?.outputs.map(({ variant }) => variant)).toEqual(['processed', '90']);
  });

  it('are waited for: without them, the run is not complete', async () => {
    const harness = new Harness();
    const source = await uploaded(harness, 'labels-alone');
    await handleMessage(harness.ports, 'ingest', harness.queue.messages[0]?.body ?? '');
    expect(await harness.record(source)).toMatchObject({ state: 'FANNED_OUT' });
    expect(await labelsOf(harness, source)).toMatchObject({ outcome: 'pending', predictions: [] });
  });

  it('are asked of no image whose recipe does not ask', async () => {
    const harness = new Harness();
    const source = await uploaded(harness, 'one-rotation');
    await harness.workToTheEnd();
    expect(await labelsOf(harness, source)).toBeNull();
    expect(harness.outputKeys().filter((key) => key.endsWith('.labels'))).toEqual([]);
  });

  it('are made once: a repeated message asks no model', async () => {
    let asked = 0;
    const classify: Classifier['classify'] = (input, mode) => {
      asked += 1;
      return simulatedClassifier.classify(input, mode);
    };
    const harness = new Harness({ classifier: { classify } });
    const source = await uploaded(harness);
    await harness.workToTheEnd();
    const task = { imageId: imageIdOf(source), run: 1, attempt: 1, variant: LABELS };
    await handleMessage(harness.ports, 'labels', partBody(task));
    expect(asked).toBe(1);
    expect(harness.publisher.events).toHaveLength(1);
  });

  it('do not outlive their run', async () => {
    const harness = new Harness();
    const source = await uploaded(harness);
    await harness.workToTheEnd();
    const { sha256 } = (await harness.record(source)).labels as { sha256: string };
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    const next = await harness.reprocess(source, 'no-rotation');
    expect(next.labels).toBeUndefined();
  });
});

describe('a model that gives no answer', () => {
  it('leaves the image complete, and says why', async () => {
    const harness = new Harness({ classifier: CRASHING });
    const source = await uploaded(harness);
    await harness.workToTheEnd();
    expect(await harness.record(source)).toMatchObject({ state: 'FANNED_OUT' });
    await harness.recordDeadLetters();
    expect(await harness.record(source)).toMatchObject({ state: 'COMPLETE' });
    expect(harness.publisher.events).toMatchObject([
      {
        type: 'image.completed',
        labels: { outcome: 'unavailable', reason: { message: 'the model is broken' }, predictions: [] },
      },
    ]);
  });

  it('does so as well where its message is lost each time', async () => {
    const harness = new Harness();
    const source = await uploaded(harness, 'labels-alone');
    await handleMessage(harness.ports, 'ingest', harness.queue.messages[0]?.body ?? '');
    for (let repair = 0; repair <= SETTINGS.maxRepairs; repair += 1) {
      harness.queue.messages.splice(0);
      harness.clock.advance(SETTINGS.stuckAfterMs + 1);
      await sweep(harness.ports);
    }
    expect(await harness.record(source)).toMatchObject({
      state: 'COMPLETE',
      labels: { unavailable: { code: 'STALLED' } },
    });
  });

  it('does so where its input is lost each time', async () => {
    const harness = new Harness();
    const write = harness.objects.write.bind(harness.objects);
    harness.objects.write = async (ref, body, type) =>
      ref.key.startsWith('work/') ? undefined : write(ref, body, type);
    const source = await uploaded(harness, 'labels-alone');
    await harness.workToTheEnd();
    expect(await harness.record(source)).toMatchObject({
      state: 'COMPLETE',
      labels: { unavailable: { code: 'INTERMEDIATE_MISSING' } },
    });
  });

  it('gets its input again where that was lost once', async () => {
    const harness = new Harness();
    const source = await uploaded(harness, 'labels-alone');
    await handleMessage(harness.ports, 'ingest', harness.queue.messages[0]?.body ?? '');
    const key = labelInputKey(imageIdOf(source), 1);
    await harness.objects.delete({ bucket: SETTINGS.processedBucket, key });
    await harness.workToTheEnd();
    expect(await harness.record(source)).toMatchObject({
      state: 'COMPLETE',
      repairs: 1,
      labels: { model: 'simulated' },
    });
  });
});
