import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { darkroom, ended, smallJpeg } from '../../support/programs.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const MAIN = join(import.meta.dirname, '..', '..', '..', 'cli', 'main.ts');

let temporary: ReturnType<typeof temporaryFolder>;
let folder: string;
const programs: ChildProcess[] = [];

beforeEach(() => {
  temporary = temporaryFolder();
  folder = temporary.path;
});
afterEach(() => {
  for (const program of programs.splice(0)) program.kill('SIGKILL');
  temporary[Symbol.dispose]();
});

async function makeImages(count: number): Promise<void> {
  mkdirSync(join(folder, 'in'));
  for (let serial = 0; serial < count; serial++) {
    writeFileSync(join(folder, 'in', `${String(serial).padStart(3, '0')}.jpg`), await smallJpeg(serial));
  }
}

/** Starts the command, and sends it SIGINT once it has printed that number of lines. */
async function interrupt(afterLines: number) {
  const program = spawn(process.execPath, [MAIN, 'process', 'in', '--json'], { cwd: folder });
  programs.push(program);
  let lines = 0;
  program.stdout.on('data', (chunk: Buffer) => {
    lines += String(chunk).split('\n').length - 1;
    if (lines >= afterLines) program.kill('SIGINT');
  });
  return ended(program);
}

function inputsOf(stdout: string): string[] {
  const results = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(new Set(results.map(({ status }) => status))).toEqual(new Set(['COMPLETE']));
  return results.map(({ input }) => input);
}

/** Every event that was published, by all commands over the folder. */
function eventIds(): string[] {
  const state = join(folder, 'darkroom-out', '.darkroom');
  return readdirSync(state).flatMap((name) =>
    readFileSync(join(state, name, 'events.ndjson'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).eventId),
  );
}

describe('darkroom process, interrupted', () => {
  it('finishes what is in hand on Ctrl-C, prints only what is done, and continues from there', async () => {
    await makeImages(40);
    const { status, stdout, stderr } = await interrupt(5);
    expect(status).toBe(130);
    expect(stderr).toMatch(/The same command continues from here/);
    const shown = inputsOf(stdout);
    expect(shown.length).toBeLessThan(40);
    const again = await darkroom(['process', 'in', '--json'], folder);
    expect(inputsOf(again.stdout).slice(0, shown.length)).toEqual(shown);
    expect(inputsOf(again.stdout)).toHaveLength(40);
    expect(new Set(eventIds()).size).toBe(40);
    expect(eventIds()).toHaveLength(40);
  });

  it('ends quietly when nobody reads its output any more, and continues from there', async () => {
    await makeImages(40);
    const program = spawn(process.execPath, [MAIN, 'process', 'in', '--json'], { cwd: folder });
    programs.push(program);
    program.stdout.once('data', () => program.stdout.destroy());
    const { status, stderr } = await ended(program);
    expect([status, stderr]).toEqual([141, '']);
    const again = await darkroom(['process', 'in', '--json'], folder);
    expect(inputsOf(again.stdout)).toHaveLength(40);
    expect(new Set(eventIds()).size).toBe(40);
  });

  it('ends a short command quietly, too', async () => {
    const program = spawn(process.execPath, [MAIN, 'recipes', '--json'], { cwd: folder });
    programs.push(program);
    program.stdout.destroy();
    const { status, stderr } = await ended(program);
    expect([status, stderr]).toEqual([141, '']);
  });

  it('retries a rejected file, and processes a file once that is named twice', async () => {
    writeFileSync(join(folder, 'a.jpg'), 'no picture');
    const args = ['process', 'a.jpg', './a.jpg', '--json'];
    const first = await darkroom(args, folder);
    const second = await darkroom(args, folder);
    for (const { status, stdout } of [first, second]) {
      expect(status).toBe(3);
      const codes = stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).code);
      expect(codes).toEqual(['UNSUPPORTED_FORMAT', 'UNSUPPORTED_FORMAT']);
    }
    expect(eventIds()).toHaveLength(2);
  });

  it('refuses at once a target that it cannot write', async () => {
    writeFileSync(join(folder, 'a.jpg'), await smallJpeg(1));
    const out = await darkroom(['process', 'a.jpg', '--out', 'a.jpg'], folder);
    const report = await darkroom(['process', 'a.jpg', '--report', '.'], folder);
    expect([out.status, report.status]).toEqual([2, 2]);
    expect(out.stderr).toMatch(/--out: expected a folder that can be written/);
    expect(report.stderr).toMatch(/--report: expected a file that can be written/);
  });
});
