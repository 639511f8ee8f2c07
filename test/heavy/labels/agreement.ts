import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LabelMode } from '../../../core/labels/models.ts';
import type { Model } from '../../../labels/model.ts';
import { inputOfPhoto, type Photo } from './photo-input.ts';

const CLASSES = join(import.meta.dirname, '..', '..', '..', 'labels', 'classes.json');

/** The classes of highest probability, by PyTorch: index and probability. reference.py makes them. */
type First = [index: number, confidence: number][];

interface Expectation extends Photo {
  modes: Record<LabelMode, First>;
}

/** A difference of the first two that is smaller may be rounding. */
const APART = 0.01;
const MOST = 0.04;
const USUAL = 0.02;
const USUAL_SHARE = 0.98;

/** Holds the answers of a model against PyTorch's. */
export async function compareWithReference(model: Model, mode: LabelMode, foolbox: string): Promise<void> {
  const expectations = JSON.parse(
    await readFile(join(import.meta.dirname, 'expectations.json'), 'utf8'),
  ) as Expectation[];
  assert(expectations.length >= 50, `expected 50 photos, received ${expectations.length}`);
  const ids = (JSON.parse(await readFile(CLASSES, 'utf8')) as [string, string][]).map(([id]) => id);
  const differences: number[] = [];
  for (const expected of expectations) {
    const { photo, region, modes } = expected;
    const reference = modes[mode];
    const { predictions } = await model.classify(await inputOfPhoto(expected, mode, foolbox));
    const name = `${photo} ${region.join(' ')}`;
    const [first = [0, 0], second = [0, 0]] = reference;
    if (first[1] - second[1] >= APART) {
      assert.equal(predictions[0]?.wordnetId, ids[first[0]], `${name}: the first class is another`);
    }
    const least = reference.at(-1)?.[1] ?? 0;
    for (const { wordnetId, confidence } of predictions) {
      const known = reference.find(([index]) => ids[index] === wordnetId)?.[1] ?? least;
      differences.push(Math.abs(confidence - known));
    }
  }
  const usual = differences.filter((difference) => difference <= USUAL).length / differences.length;
  const most = Math.max(...differences);
  console.log(
    `  ${expectations.length} photos, ${differences.length} probabilities: at most ${most.toFixed(4)} off, ` +
      `${(100 * usual).toFixed(1)} % within ${USUAL}`,
  );
  assert(most <= MOST, `a probability is ${most} off`);
  assert(usual >= USUAL_SHARE, `only ${usual} of the probabilities are within ${USUAL}`);
}
