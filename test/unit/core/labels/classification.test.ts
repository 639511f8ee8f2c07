import { expect, it } from 'vitest';
import { isRecognised, topPredictions } from '../../../../core/labels/classification.ts';
import { modesOf } from '../../../../core/labels/models.ts';

const classes = Array.from({ length: 1000 }, (_, index) => ({
  wordnetId: `n${index}`,
  name: `class ${index}`,
}));

function logits(values: Record<number, number>): Float32Array {
  const all = new Float32Array(1000).fill(-50);
  for (const [index, value] of Object.entries(values)) all[Number(index)] = value;
  return all;
}

it('are the five classes of highest probability, with one softmax', () => {
  // Their differences are logarithms of 8, 4, 2 and 1: the shares are known.
  const predictions = topPredictions(
    logits({ 7: Math.log(8), 3: Math.log(4), 900: Math.log(2), 12: 0, 13: 0, 5: -1 }),
    classes,
  );
  const sum = 8 + 4 + 2 + 1 + 1 + Math.exp(-1);
  expect(predictions.map(({ name }) => name)).toEqual([7, 3, 900, 12, 13].map((index) => `class ${index}`));
  for (const [index, share] of [8, 4, 2, 1, 1].entries()) {
    expect(predictions[index]?.confidence).toBeCloseTo(share / sum, 6);
  }
});

it('have a band: high from 0.8, medium from 0.6, else low', () => {
  const bandAt = (share: number) =>
    topPredictions(logits({ 0: Math.log(share), 1: Math.log(1 - share) }), classes)[0]?.band;
  expect([0.81, 0.79, 0.61, 0.59].map(bandAt)).toEqual(['high', 'medium', 'medium', 'low']);
});

it('are not made of logits that are not finite, nor overflow with large ones', () => {
  expect(() => topPredictions(logits({ 4: Number.NaN }), classes)).toThrow(RangeError);
  expect(() => topPredictions(logits({ 4: Number.POSITIVE_INFINITY }), classes)).toThrow(RangeError);
  expect(topPredictions(logits({ 4: 3e38 }), classes)[0]?.confidence).toBe(1);
});

it('recognise something from the threshold on', () => {
  const [prediction] = topPredictions(logits({ 1: 0, 2: 0 }), classes);
  const predictions = prediction ? [{ ...prediction, confidence: 0.3 }] : [];
  expect(isRecognised({ predictions }, 0.3)).toBe(true);
  expect(isRecognised({ predictions }, 0.301)).toBe(false);
  expect(isRecognised({ predictions: [] }, 0.3)).toBe(false);
});

it('are made in the mode of the deployment, and in the fast one', () => {
  expect(modesOf('off')).toEqual([]);
  expect(modesOf('fast')).toEqual(['fast']);
  expect(modesOf('accurate')).toEqual(['fast', 'accurate']);
});
