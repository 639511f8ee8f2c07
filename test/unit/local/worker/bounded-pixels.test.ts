import { expect, it } from 'vitest';
import { TransientError } from '../../../../core/errors.ts';
import type { Pixels } from '../../../../core/ports.ts';
import { boundedPixels } from '../../../../local/worker/bounded-pixels.ts';
import { fullRecord, idFrom } from '../../../support/record-factory.ts';

const record = fullRecord(idFrom('shown'));

it('requests work on pixels two at a time, also after one fails, and too many are told to come again', async () => {
  const ends: ((fail: boolean) => void)[] = [];
  const makeView: Pixels['makeView'] = (given) =>
    new Promise((resolve, reject) => {
      ends.push((fail) => (fail ? reject(new Error('broken')) : resolve(given)));
    });
  const unasked = async () => expect.unreachable();
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  const pixels = boundedPixels({ makeView, tryRecipe: unasked, classify: unasked }, 2);
  const all = Array.from({ length: 66 }, () => pixels.makeView(record));
  const outcomes = Promise.allSettled(all);
  await expect(pixels.makeView(record)).rejects.toThrow(TransientError);
  expect(ends).toHaveLength(2);
  for (let index = 0; index < 66; index += 1) {
    ends[index]?.(index === 0);
    await settled();
    expect(ends).toHaveLength(Math.min(66, index + 3));
  }
  expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', ...Array(65).fill('fulfilled')]);
  const next = pixels.makeView(record);
  ends.at(-1)?.(false);
  expect(await next).toBe(record);
});
