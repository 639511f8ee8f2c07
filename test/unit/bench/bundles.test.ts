import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bundleDarkroom, measureBundles } from '../../../bench/bundles.ts';
import { runProcess } from '../../../bench/run-process.ts';
import { inTemporaryFolder } from '../../../bench/temporary-folder.ts';
import { WORKERS } from '../../../core/names.ts';

const PHOTO = join(import.meta.dirname, '../../../samples/chelsea.jpg');

test('the benchmark imports the bundle of every function', async () => {
  const facts = await measureBundles(1);
  expect(facts.map(({ worker }) => worker)).toEqual([...WORKERS]);
  for (const { importMs, processMs } of facts) {
    expect(importMs).toBeGreaterThan(0);
    expect(processMs).toBeGreaterThan(importMs);
  }
});

test('the bundled benchmark makes everything of a photo in a process of its own', () =>
  inTemporaryFolder((folder) => {
    expect(runProcess(process.execPath, [bundleDarkroom(folder), PHOTO])).toBe('');
  }));

test('a process that fails is reported in one line, without its code', () => {
  const code = `${'void 0; '.repeat(10_000)}throw new RangeError('too large')`;
  expect(() => runProcess(process.execPath, ['--eval', code])).toThrow(
    /^\S+ ended with 1: RangeError: too large$/,
  );
});
