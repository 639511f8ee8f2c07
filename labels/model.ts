import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InvalidInputError } from '../core/errors.ts';
import { type Classification, type LabelClass, topPredictions } from '../core/labels/classification.ts';
import { LABEL_COUNT, LABEL_MODELS, type LabelMode, type LabelModel } from '../core/labels/models.ts';
import { readModel } from './find-model.ts';
import { type InferenceSession, loadRuntime, type OnnxRuntime } from './runtime.ts';

/** A loaded model. */
export interface Model {
  /**
   * Classifies one picture.
   *
   * @param input as labelInput of core/image returns it for the mode: R, G, B of sidePx × sidePx pixels
   * @throws RangeError where the input has another size
   */
  classify(input: Uint8Array): Promise<Classification>;
  close(): Promise<void>;
}

/** The classes, in the order of the models' logits. */
const CLASSES = join(import.meta.dirname, 'classes.json');

const CHANNELS = 3;

/**
 * Loads the model of a mode, with one thread, and tries it once.
 *
 * @param readBytes where the model comes from; a test has its own, and its own runtime
 * @throws InvalidInputError where the package or the model is missing, or where the model is not what it should be
 */
export async function loadModel(
  mode: LabelMode,
  readBytes: (mode: LabelMode) => Promise<Buffer> = readModel,
  runtime: OnnxRuntime = loadRuntime(),
): Promise<Model> {
  const model = LABEL_MODELS[mode];
  const [classes, bytes] = await Promise.all([readClasses(), readBytes(mode)]);
  const session = await runtime.InferenceSession.create(bytes, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    // An arena keeps the most that it ever held.
    enableCpuMemArena: false,
  });
  checkShapes(session, model);
  const logitsOf = (input: Uint8Array) => infer(runtime, session, input, model);
  const inputBytes = CHANNELS * model.sidePx ** 2;
  topPredictions(await logitsOf(new Uint8Array(inputBytes)), classes);
  return {
    async classify(input) {
      if (input.length !== inputBytes) {
        throw new RangeError(`expected ${inputBytes} samples for ${model.name}, received ${input.length}`);
      }
      const predictions = topPredictions(await logitsOf(input), classes);
      return { model: model.name, sha256: model.sha256, predictions };
    },
    close: () => session.release(),
  };
}

async function readClasses(): Promise<LabelClass[]> {
  const pairs = JSON.parse(await readFile(CLASSES, 'utf8')) as [string, string][];
  if (pairs.length !== LABEL_COUNT) {
    throw new InvalidInputError(`${CLASSES}: expected ${LABEL_COUNT} classes, received ${pairs.length}`);
  }
  return pairs.map(([wordnetId, name]) => ({ wordnetId, name }));
}

/** @throws InvalidInputError where a model takes other pictures, or returns something else than a logit for each class */
function checkShapes({ inputMetadata, outputMetadata }: InferenceSession, model: LabelModel): void {
  const shapes = (values: InferenceSession['inputMetadata']) =>
    JSON.stringify(values.map(({ shape }) => shape));
  const expected = {
    input: JSON.stringify([[1, CHANNELS, model.sidePx, model.sidePx]]),
    output: JSON.stringify([[1, LABEL_COUNT]]),
  };
  const received = { input: shapes(inputMetadata), output: shapes(outputMetadata) };
  for (const end of ['input', 'output'] as const) {
    if (received[end] === expected[end]) continue;
    throw new InvalidInputError(
      `${model.name}: expected an ${end} of shape ${expected[end]}, received ${received[end]}`,
    );
  }
}

async function infer(
  { Tensor }: OnnxRuntime,
  session: InferenceSession,
  input: Uint8Array,
  model: LabelModel,
): Promise<Float32Array> {
  const shape = [1, CHANNELS, model.sidePx, model.sidePx];
  const [inputName = '', outputName = ''] = [session.inputMetadata[0]?.name, session.outputMetadata[0]?.name];
  const outputs = await session.run({ [inputName]: new Tensor('float32', normalised(input, model), shape) });
  return outputs[outputName]?.data ?? new Float32Array();
}

/** Samples by channel, as the model was trained with. */
function normalised(input: Uint8Array, { mean, divisor }: LabelModel): Float32Array {
  const pixels = input.length / CHANNELS;
  const planes = new Float32Array(input.length);
  for (let pixel = 0, at = 0; pixel < pixels; pixel += 1) {
    for (let channel = 0; channel < CHANNELS; channel += 1, at += 1) {
      planes[channel * pixels + pixel] = ((input[at] as number) - mean) / divisor;
    }
  }
  return planes;
}
