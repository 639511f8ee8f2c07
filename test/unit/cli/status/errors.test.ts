import { expect, it } from 'vitest';
import { groupErrors, type LogLine } from '../../../../cli/status/errors.ts';

function line(atMs: number, text: string, where = 'processor'): LogLine {
  return { where, atMs, text };
}

function logged(level: string, message: string, fields: object = {}): string {
  return JSON.stringify({ level, message: 'failed', error: { message, stack: 'at …' }, ...fields });
}

it('groups what a worker logs with the same message, the latest first', () => {
  const groups = groupErrors([
    line(3_000, logged('ERROR', 'The disk is full.', { imageId: 'third' })),
    line(1_000, logged('ERROR', 'The disk is full.', { imageId: 'first' })),
    line(2_000, logged('ERROR', 'The disk is full.'), 'parts'),
    line(4_000, logged('CRITICAL', 'Nothing works.')),
  ]);
  expect(groups).toEqual([
    {
      where: 'processor',
      message: 'Nothing works.',
      count: 1,
      lastAt: '1970-01-01T00:00:04.000Z',
      imageId: null,
    },
    {
      where: 'processor',
      message: 'The disk is full.',
      count: 2,
      lastAt: '1970-01-01T00:00:03.000Z',
      imageId: 'third',
    },
    {
      where: 'parts',
      message: 'The disk is full.',
      count: 1,
      lastAt: '1970-01-01T00:00:02.000Z',
      imageId: null,
    },
  ]);
});

it('keeps the image of an earlier line where the last line names none', () => {
  const [group] = groupErrors([
    line(1_000, logged('ERROR', 'The disk is full.', { imageId: 'first' })),
    line(2_000, logged('ERROR', 'The disk is full.')),
  ]);
  expect(group).toMatchObject({ count: 2, imageId: 'first', lastAt: '1970-01-01T00:00:02.000Z' });
});

it('recognises the lines of Lambda itself, and ignores everything else', () => {
  const groups = groupErrors([
    line(1, '2026-11-20T10:31:02Z 1b2c Task timed out after 60.00 seconds\n\n'),
    line(2, 'RequestId: 1b2c Error: Runtime exited with error: signal: killed\nRuntime.ExitError'),
    line(3, logged('INFO', 'ERROR in the name.jpg')),
    line(4, 'START RequestId: ERROR'),
    line(5, '{"level":"ERROR"'),
    line(6, '"ERROR"'),
    line(
      7,
      '2026-11-20T10:31:02Z\tundefined\tERROR\tUncaught Exception\t' +
        '{"errorType":"Error","errorMessage":"Could not load the \\"sharp\\" module","stack":["…"]}\n',
    ),
    line(8, JSON.stringify({ level: 'ERROR', message: 'EMF could not be written' })),
  ]);
  expect(groups.map(({ message }) => message)).toEqual([
    'EMF could not be written',
    'Could not load the "sharp" module',
    'Runtime exited with error: signal: killed',
    'Task timed out after 60.00 seconds',
  ]);
});
