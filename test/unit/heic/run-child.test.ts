import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it, test } from 'vitest';
import type { HeicRequest } from '../../../core/image/source/heic-decoder.ts';
import { runChild } from '../../../heic/run-child.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

const REQUEST: HeicRequest = {
  bytes: Buffer.from('a file'),
  widthPx: 2,
  heightPx: 2,
  hasAlpha: false,
  isWide: false,
  timeoutMs: 20_000,
};

/** Runs a program that stands in for the decoder. It has `order` and `file`, and answers by `answer`. */
function runStandIn(source: string, request: Partial<HeicRequest> = {}) {
  const program = join(folder.path, `${Math.random().toString(36).slice(2)}.mjs`);
  const head = `
    import { buffer } from 'node:stream/consumers';
    import * as fs from 'node:fs';
    import * as processes from 'node:child_process';
    const order = JSON.parse(process.argv[2]);
    const file = await buffer(process.stdin);
    const answer = (header, samples = []) =>
      process.stdout.write(Buffer.concat([Buffer.from(JSON.stringify(header) + '\\n'), Buffer.from(samples)]));`;
  writeFileSync(program, `${head}\n${source}`);
  return runChild({ program, packageFile: '/package.js' }, { ...REQUEST, ...request });
}

const PICTURE = '{ widthPx: 2, heightPx: 2, channels: 3 }';

describe('a process that decodes', () => {
  it('gets the file and what to make of it, and its samples come back', async () => {
    const source = `
      if (file.toString() !== 'a file' || order.packageFile !== '/package.js') process.exit(1);
      answer({ widthPx: 2, heightPx: 2, channels: order.hasAlpha ? 4 : 3 }, Array.from({ length: 16 }, (_, i) => i));`;
    const { samples, channels } = await runStandIn(source, { hasAlpha: true });
    expect([channels, ...samples]).toEqual([4, ...Array.from({ length: 16 }, (_, index) => index)]);
  });

  it('hands out samples of 16 bits as such', async () => {
    const source = `answer(${PICTURE}, Array.from({ length: 24 }, (_, i) => (order.isWide && i % 2 ? 1 : 0)));`;
    expect((await runStandIn(source, { isWide: true })).samples).toEqual(new Uint16Array(12).fill(256));
  });

  it('may need more memory for a larger picture', async () => {
    const heapOf = async (widthPx: number) => {
      const source = `answer({ fault: 'damaged', message: 'heap ' + order.maxHeapBytes });`;
      const message = await runStandIn(source, { widthPx }).then(() => '', String);
      return Number(/heap (\d+)/.exec(message)?.[1]);
    };
    const [small, large] = [await heapOf(10), await heapOf(10_000_000)];
    expect(large - small).toBe(5 * 3 * 2 * (10_000_000 - 10));
  });

  it('has no environment, and cannot write or start anything', async () => {
    const source = `
      const attempt = (work) => { try { work(); return 'done'; } catch (error) { return error.code; } };
      const found = [
        Object.keys(process.env).length,
        attempt(() => fs.writeFileSync(${JSON.stringify(join(folder.path, 'mark'))}, '')),
        attempt(() => processes.execSync('true')),
      ];
      answer({ fault: 'damaged', message: found.join() });`;
    await expect(runStandIn(source)).rejects.toThrow('0,ERR_ACCESS_DENIED,ERR_ACCESS_DENIED');
  });
});

test.each([
  [
    'says that the file is damaged',
    `answer({ fault: 'damaged', message: 'no picture' });`,
    'CORRUPT_IMAGE',
    'no picture',
  ],
  ['needs too much memory', `answer({ fault: 'memory', message: '' });`, 'PROCESSING_LIMIT', 'MiB'],
  ['dies', 'process.abort();', 'CORRUPT_IMAGE', 'ended without an answer'],
  ['says nothing', '', 'CORRUPT_IMAGE', 'ended without an answer'],
  ['talks nonsense', `process.stdout.write('hello\\n');`, 'CORRUPT_IMAGE', 'ended without an answer'],
  [
    'talks without end',
    `for (;;) process.stdout.write('hello');`,
    'CORRUPT_IMAGE',
    'ended without an answer',
  ],
  ['stops in the middle', `answer(${PICTURE}, [1, 2, 3]);`, 'CORRUPT_IMAGE', 'before the last pixel'],
  [
    'gives too many samples',
    `answer(${PICTURE}, new Uint8Array(99));`,
    'CORRUPT_IMAGE',
    'before the last pixel',
  ],
  [
    'gives another size',
    `answer({ widthPx: 3, heightPx: 2, channels: 3 }, new Uint8Array(12));`,
    'CORRUPT_IMAGE',
    '3 × 2',
  ],
])('a process that %s ends the image alone', async (_, source, code, message) => {
  await expect(runStandIn(source)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
});

test('a process that hangs is killed when the time is over', async () => {
  const startedAt = performance.now();
  const late = runStandIn('for (;;);', { timeoutMs: 1000 });
  await expect(late).rejects.toMatchObject({
    code: 'PROCESSING_LIMIT',
    message: expect.stringContaining('1 s'),
  });
  expect(performance.now() - startedAt).toBeLessThan(15_000);
});
