import { afterEach, describe, expect, it } from 'vitest';
import type { ImageRecord } from '../../../../core/pipeline/record.ts';
import { EndedRuns } from '../../../../local/worker/ended-runs.ts';
import { idFrom, receivedRecord } from '../../../support/record-factory.ts';

const IMAGE = idFrom('a');
const publishedAt = '2026-02-03T04:05:09.000Z';

let record: ImageRecord | undefined;
let failure: Error | undefined;
const errors: unknown[] = [];
const runs: EndedRuns[] = [];

afterEach(async () => {
  await Promise.all(runs.splice(0).map((each) => each.stop()));
  [record, failure] = [undefined, undefined];
  errors.length = 0;
});

function follow(lookEveryMs: number): EndedRuns {
  const catalog = {
    async get() {
      if (failure) throw failure;
      return record;
    },
  };
  const each = new EndedRuns({ catalog, lookEveryMs, onError: (error) => errors.push(error) });
  runs.push(each);
  each.start();
  return each;
}

async function isOver(
  wanted: { run: number; attempt: number },
  found: Partial<ImageRecord>,
): Promise<boolean> {
  record = receivedRecord(IMAGE, found);
  const ended = follow(60_000);
  let over = false;
  void ended.end({ imageId: IMAGE, ...wanted }).then(() => {
    over = true;
  });
  ended.notify();
  await new Promise(setImmediate);
  return over;
}

describe('an attempt', () => {
  it.each([
    ['RECEIVED', false],
    ['PROCESSING', false],
    ['FANNED_OUT', false],
    ['COMPLETE', true],
    ['REJECTED', true],
    ['FAILED', true],
    ['DELETED', true],
  ] as const)('that is %s is over: %s', async (state, over) => {
    expect(await isOver({ run: 1, attempt: 1 }, { run: 1, attempt: 1, state, publishedAt })).toBe(over);
  });

  it.each(['COMPLETE', 'REJECTED', 'FAILED'] as const)(
    'that is %s is over only with the mark of its publication, which changes the record once more',
    async (state) => {
      expect(await isOver({ run: 1, attempt: 1 }, { run: 1, attempt: 1, state })).toBe(false);
    },
  );

  it.each([
    [{ run: 1, attempt: 1 }, { run: 1, attempt: 2 }, true],
    [{ run: 1, attempt: 3 }, { run: 2, attempt: 1 }, true],
    [{ run: 1, attempt: 2 }, { run: 1, attempt: 1 }, false],
    [{ run: 2, attempt: 1 }, { run: 1, attempt: 3 }, false],
  ])('%j is over once the record is at %j: %s', async (wanted, found, over) => {
    const state = over ? 'RECEIVED' : 'FAILED';
    expect(await isOver(wanted, { ...found, state })).toBe(over);
  });
});

describe('ended runs', () => {
  const attempt = { imageId: IMAGE, run: 1, attempt: 1 };

  it('resolve for everybody who waits, also without a notification', async () => {
    const ended = follow(1);
    const all = Promise.all([ended.end(attempt), ended.end(attempt)]);
    record = receivedRecord(IMAGE, { state: 'COMPLETE', publishedAt });
    expect(await all).toEqual([record, record]);
  });

  it('are found after a catalog could not answer', async () => {
    failure = new Error('the disk is gone');
    const ended = follow(1);
    const end = ended.end(attempt);
    ended.notify();
    await new Promise(setImmediate);
    failure = undefined;
    record = receivedRecord(IMAGE, { state: 'COMPLETE', publishedAt });
    ended.notify();
    expect(await end).toBe(record);
    expect(errors.map(String)).toEqual(['Error: the disk is gone']);
  });
});
