import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  count,
  formatBytes,
  formatDuration,
  formatPsnr,
  formatSsim,
} from '../../../../cli/console/figures.ts';
import { progressOn } from '../../../../cli/console/progress.ts';
import { formatTable } from '../../../../cli/console/table.ts';
import { columnsOf, fitColumns, printable } from '../../../../cli/console/text.ts';
import { ProblemReporter } from '../../../../local/problem-reporter.ts';

describe('text', () => {
  it('replaces whatever moves the cursor or changes the direction of the line', () => {
    expect(printable('a\u001B[2J\nb\u202Ec\u009B\uD800.jpg')).toBe(
      'a\uFFFD[2J\uFFFDb\uFFFDc\uFFFD\uFFFD.jpg',
    );
    expect(printable('Ärger & 写真 👩‍🚀.jpg')).toBe('Ärger & 写真 👩‍🚀.jpg');
  });

  it.each([
    ['abc', 3],
    ['写真', 4],
    ['e\u0301', 1],
    ['👩‍🚀', 2],
  ])('%s takes %i columns', (text, columns) => {
    expect(columnsOf(text)).toBe(columns);
  });

  it('cuts the middle, to the exact column', () => {
    expect(fitColumns('holiday/a very long name.jpg', 15)).toBe('holiday…ame.jpg');
    expect(fitColumns('short', 15)).toBe('short');
    for (let columns = 1; columns < 20; columns++) {
      expect(columnsOf(fitColumns('写真'.repeat(10), columns))).toBeLessThanOrEqual(columns);
    }
  });
});

describe('figures', () => {
  it.each([
    [0, '0 bytes'],
    [999, '999 bytes'],
    [10_240, '10 KB'],
    [1_250, '1.3 KB'],
    [4_100_000, '4.1 MB'],
  ])('%i bytes are %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));

  it.each([
    [84.6, '85 ms'],
    [999.6, '1.0 s'],
    [59_990, '1 min 00 s'],
    [245_000, '4 min 05 s'],
  ])('%i ms are %s', (ms, text) => expect(formatDuration(ms)).toBe(text));

  it('distinguish identical pictures from those that were not compared', () => {
    const identical = { ssim: 1, psnrDb: null, identical: true };
    const similar = { ssim: null, psnrDb: 33.44, identical: false };
    expect([identical, similar, null, undefined].map(formatPsnr)).toEqual(['∞', '33.4', '–', '–']);
    expect([identical, similar, null, undefined].map(formatSsim)).toEqual(['1.0000', '–', '–', '–']);
    expect([count(1, 'photo'), count(1200, 'photo')]).toEqual(['1 photo', '1,200 photos']);
  });
});

describe('table', () => {
  const columns = [
    { title: 'file', shrinks: true },
    { title: 'ms', align: 'right' },
  ] as const;
  const rows = [
    ['a very long name that goes on.jpg', '5'],
    ['写真.jpg', '12345'],
  ];

  it('aligns by columns of the terminal, wide characters included', () => {
    const lines = formatTable(columns, rows);
    expect(lines[2]).toBe('a very long name that goes on.jpg      5');
    expect(lines.slice(2).map(columnsOf)).toEqual([40, 40]);
  });

  it('shrinks only columns that may shrink, down to their minimum', () => {
    for (const line of formatTable(columns, rows, 24)) expect(columnsOf(line)).toBeLessThanOrEqual(24);
    expect(formatTable(columns, rows, 24)[3]).toMatch(/^写真\.jpg +12345$/);
    expect(columnsOf(formatTable(columns, rows, 3)[2] ?? '')).toBe(12 + 2 + 5);
  });
});

describe('progress', () => {
  function stream(isTTY: boolean) {
    const written = new PassThrough();
    return Object.assign(written, { isTTY, columns: 20 }) as unknown as NodeJS.WriteStream & PassThrough;
  }

  it('rewrites one line, never wider than the terminal, and clears it at the end', () => {
    const out = stream(true);
    const progress = progressOn(out);
    progress.show('1 of 100 images, a line that is too long');
    progress.print('a.jpg done');
    progress.clear();
    const text = String(out.read());
    expect(
      text
        .split('\r\u001B[2K')
        .map(columnsOf)
        .every((columns) => columns <= 40),
    ).toBe(true);
    expect(text).toContain('\r\u001B[2Ka.jpg done\n');
    expect(text.endsWith('\r\u001B[2K')).toBe(true);
  });

  it('writes no control characters to a file', () => {
    const out = stream(false);
    const progress = progressOn(out);
    progress.show('1 of 2');
    progress.print('a\u001B[31m.jpg done');
    progress.clear();
    expect(String(out.read())).toBe('a\uFFFD[31m.jpg done\n');
  });
});

describe('problems', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('are reported once, and again only when they last', () => {
    const reported: string[] = [];
    const problems = new ProblemReporter((message) => reported.push(message));
    const full = { code: 'DISK_FULL', message: 'The disk is full.' };
    for (let times = 0; times < 5; times++) problems.report(full);
    problems.report({ code: 'SKIPPED', message: 'Another.' });
    expect(reported).toEqual(['The disk is full.', 'Another.']);
    vi.advanceTimersByTime(60_000);
    problems.report(full);
    expect(reported).toHaveLength(3);
  });
});
