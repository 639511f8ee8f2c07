import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { darkroom, smallJpeg } from '../../../support/programs.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

/** Names that a file system accepts, and that would change a terminal or a page. */
const NAMES = [
  'clear \u001B[2J\u001B[31mscreen.jpg',
  'title \u001B]0;owned\u0007.jpg',
  'two\nlines.jpg',
  'over\rwritten.jpg',
  'turned \u202Egpj.exe.jpg',
  '\u009Bcsi.jpg',
  '<img src=x onerror=alert(1)>.jpg',
  '"><script>alert(1)<%2Fscript>.jpg',
  "'; rm -rf ~ #.jpg",
  '--out=elsewhere.jpg',
  '$(touch owned).jpg',
  `${'long '.repeat(49)}.jpg`,
];

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const UNSAFE = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/;

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder[Symbol.dispose]());

it('shows hostile names without their control characters', async () => {
  const inbox = join(folder.path, 'in');
  mkdirSync(inbox);
  for (const [serial, name] of NAMES.entries()) writeFileSync(join(inbox, name), await smallJpeg(serial));
  writeFileSync(join(inbox, 'no image \u001B[2J<b>.jpg'), 'text');

  const { status, stdout, stderr } = await darkroom(
    ['process', 'in', '--report', 'report.html'],
    folder.path,
  );

  expect(status, stderr).toBe(3);
  expect(stdout.match(/COMPLETE/g)).toHaveLength(NAMES.length);
  expect(stdout.match(/REJECTED/g)).toHaveLength(1);
  expect(stdout).not.toMatch(UNSAFE);
  expect(stderr).not.toMatch(UNSAFE);

  const report = readFileSync(join(folder.path, 'report.html'), 'utf8');
  expect(report).toContain('&lt;img src=x onerror=alert(1)&gt;');
  expect(report).not.toMatch(/<script|<img src=x|<b>\.jpg/);
  expect(report).not.toMatch(UNSAFE);

  expect(readdirSync(folder.path).sort()).toEqual(['darkroom-out', 'in', 'report.html']);
  expect(readdirSync(inbox)).toHaveLength(NAMES.length + 1);
});

it('reports problems with hostile names just as safely', async () => {
  const { status, stderr } = await darkroom(['process', 'no such \u001B[2J\nfile.jpg'], folder.path);
  expect(status).not.toBe(0);
  expect(stderr).toContain('no such');
  expect(stderr).not.toMatch(UNSAFE);
});
