import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BANDS } from '../../../core/labels/classification.ts';
import type { LabelMode } from '../../../core/labels/models.ts';
import type { Model } from '../../../labels/model.ts';
import { inputOf } from './photo-input.ts';

const CLASSES = join(import.meta.dirname, '..', '..', '..', 'labels', 'classes.json');

/** Of 20 photos, how many each model named when this was written. It must not get worse. */
const LEAST: Readonly<Record<LabelMode, { top1: number; top5: number }>> = {
  fast: { top1: 18, top5: 19 },
  balanced: { top1: 18, top5: 20 },
  accurate: { top1: 18, top5: 20 },
};

/** Counts how many labelled photos a model names, by band. The name of a photo ends in its class. */
export async function judgeLabelledPhotos(model: Model, mode: LabelMode, photos: string): Promise<void> {
  const ids = (JSON.parse(await readFile(CLASSES, 'utf8')) as [string, string][]).map(([id]) => id);
  const names = (await readdir(photos)).filter((name) => name.startsWith('imagenet_')).sort();
  assert.equal(names.length, 20);
  const judged: { band: string | undefined; top1: boolean; top5: boolean }[] = [];
  for (const name of names) {
    const truth = ids[Number(/_(\d+)\.jpg$/.exec(name)?.[1])];
    const { predictions } = await model.classify(await inputOf(await readFile(join(photos, name)), mode));
    judged.push({
      band: predictions[0]?.band,
      top1: predictions[0]?.wordnetId === truth,
      top5: predictions.some(({ wordnetId }) => wordnetId === truth),
    });
  }
  const count = (of: typeof judged) => ({
    photos: of.length,
    top1: of.filter(({ top1 }) => top1).length,
    top5: of.filter(({ top5 }) => top5).length,
  });
  const line = ({ photos: all, top1, top5 }: ReturnType<typeof count>) => `${top1} and ${top5} of ${all}`;
  const all = count(judged);
  const bands = BANDS.map((band) => `${band} ${line(count(judged.filter((each) => each.band === band)))}`);
  console.log(`  named first, and among five: ${line(all)}; ${bands.join('; ')}`);
  assert(all.top1 >= LEAST[mode].top1 && all.top5 >= LEAST[mode].top5, `${mode} names fewer than it did`);
}
