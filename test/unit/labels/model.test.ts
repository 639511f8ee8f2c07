import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { SessionClassifier } from '../../../labels/classifier.ts';
import { availableModes, MODELS, readModel } from '../../../labels/find-model.ts';
import { loadModel } from '../../../labels/model.ts';
import type { OnnxRuntime } from '../../../labels/runtime.ts';

/** A runtime whose sessions have these shapes and answer with these logits. */
function runtimeWith({ input = [1, 3, 224, 224], output = [1, 1000], logit = 0 } = {}): OnnxRuntime {
  class Tensor {
    readonly data: Float32Array;
    constructor(_: 'float32', data: Float32Array) {
      this.data = data;
    }
  }
  const session = {
    inputMetadata: [{ name: 'image', shape: input }],
    outputMetadata: [{ name: 'logits', shape: output }],
    run: async () => ({ logits: { data: new Float32Array(1000).fill(logit) } }),
    release: async () => {},
  };
  return { InferenceSession: { create: async () => session }, Tensor };
}

const load = (runtime: OnnxRuntime) => loadModel('fast', async () => Buffer.alloc(0), runtime);

describe('a model', () => {
  it('is refused at the start where its shapes or its numbers are wrong', async () => {
    await expect(load(runtimeWith({ input: [1, 3, 240, 240] }))).rejects.toThrow(
      'efficientnet-lite0: expected an input of shape [[1,3,224,224]], received [[1,3,240,240]]',
    );
    await expect(load(runtimeWith({ output: [1, 10] }))).rejects.toThrow(
      'efficientnet-lite0: expected an output of shape [[1,1000]], received [[1,10]]',
    );
    await expect(load(runtimeWith({ logit: Number.NaN }))).rejects.toThrow('expected finite logits');
  });

  it('takes an input of its own size alone', async () => {
    const model = await load(runtimeWith());
    await expect(model.classify(new Uint8Array(3))).rejects.toThrow(
      'expected 150528 samples for efficientnet-lite0, received 3',
    );
    const { predictions } = await model.classify(new Uint8Array(3 * 224 * 224));
    expect(predictions.map(({ name }) => name)).toEqual([
      'tench',
      'goldfish',
      'great white shark',
      'tiger shark',
      'hammerhead',
    ]);
  });
});

describe('the files of models', () => {
  const folder = mkdtempSync(join(tmpdir(), 'darkroom-models-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('are there for the fast mode, and what is missing names the command that makes it', async () => {
    expect(availableModes()).toContain('fast');
    expect((await readModel('fast')).length).toBe(9_321_977);
    expect(availableModes(folder)).toEqual([]);
    await expect(readModel('accurate', folder)).rejects.toThrow(
      'The model of mode accurate is not there. Run `npm run labels:model -- accurate` first.',
    );
  });

  it('are refused with both checksums where one is another', async () => {
    writeFileSync(join(folder, 'efficientnet-lite0.onnx'), 'another file');
    await expect(readModel('fast', folder)).rejects.toThrow(
      /expected a file with the SHA-256 18953312[0-9a-f]{56}, received [0-9a-f]{64}\. Delete it/,
    );
    expect(MODELS).toMatch(/labels.models$/);
  });
});

describe('the classifier', () => {
  it('has one session at a time, and loads none before the first picture', async () => {
    const events: string[] = [];
    const classifier = new SessionClassifier(async (mode) => {
      events.push(`load ${mode}`);
      return {
        classify: async () => ({ model: mode, sha256: '', predictions: [] }),
        close: async () => void events.push(`close ${mode}`),
      };
    });
    expect(events).toEqual([]);
    const input = new Uint8Array();
    const answers = await Promise.all([
      classifier.classify(input, 'fast'),
      classifier.classify(input, 'fast'),
      classifier.classify(input, 'accurate'),
    ]);
    await classifier.close();
    expect(answers.map(({ model }) => model)).toEqual(['fast', 'fast', 'accurate']);
    expect(events).toEqual(['load fast', 'close fast', 'load accurate', 'close accurate']);
  });

  it('loads again after a model that could not be loaded', async () => {
    let tries = 0;
    const classifier = new SessionClassifier(async () => {
      tries += 1;
      if (tries === 1) throw new Error('no memory');
      return { classify: async () => ({ model: 'm', sha256: '', predictions: [] }), close: async () => {} };
    });
    await expect(classifier.prepare('fast')).rejects.toThrow('no memory');
    expect(await classifier.classify(new Uint8Array(), 'fast')).toMatchObject({ model: 'm' });
  });
});
