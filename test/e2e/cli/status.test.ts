import type { ChildProcess } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { darkroom, ended, printed, smallJpeg, startLaptop } from '../../support/programs.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

let temporary: ReturnType<typeof temporaryFolder>;
let data: string;
let program: ChildProcess | undefined;

beforeEach(() => {
  temporary = temporaryFolder();
  data = join(temporary.path, 'data');
  mkdirSync(join(data, 'inbox'), { recursive: true });
});
afterEach(() => {
  program?.kill('SIGKILL');
  temporary[Symbol.dispose]();
});

it('shows how npm start is doing, while it runs and after it', async () => {
  writeFileSync(join(data, 'inbox', 'photo.jpg'), await smallJpeg(1));
  writeFileSync(join(data, 'inbox', 'notes.jpg'), 'no picture');
  program = startLaptop(data);
  await printed(program, 'Watching');
  const running = await darkroom(['status', '--data', data], temporary.path);
  expect([running.status, running.stderr]).toEqual([0, '']);
  expect(running.stdout).toContain(`${data}: npm start is running\n`);
  expect(running.stdout).toMatch(/\ningest +0 +0 +0 +0\nparts +0 +0 +0 +0\n/);
  expect(running.stdout).toContain('\nnothing has failed\n');
  expect(running.stdout).toMatch(/\ncompleted +photo\.jpg +0\.\d{4} +[\d.]+ m?s\n/);
  expect(running.stdout).toMatch(/\nrejected +notes\.jpg +– +\d+ ms +UNSUPPORTED_FORMAT\n/);
  expect(
    Math.max(
      ...running.stdout
        .split('\n')
        .slice(1)
        .map((line) => line.length),
    ),
  ).toBeLessThanOrEqual(80);

  program.kill('SIGINT');
  await ended(program);
  const after = await darkroom(['status', '--data', data, '--json'], temporary.path);
  const { isRunning, events, failures } = JSON.parse(after.stdout);
  expect([after.status, isRunning, failures.runs]).toEqual([0, false, 0]);
  expect(events.map(({ type }: { type: string }) => type).sort()).toEqual([
    'image.completed',
    'image.rejected',
  ]);
});
