import { describe, expect, it } from 'vitest';
import { nearest, parseOptions, UsageError } from '../../../cli/usage.ts';

const OPTIONS = { recipe: { type: 'string', default: 'augment' }, json: { type: 'boolean' } } as const;

describe('parseOptions', () => {
  it('gives values, defaults and positionals', () => {
    const { values, positionals } = parseOptions(['a b.jpg', '--json', '--', '--odd.jpg'], OPTIONS);
    expect(values).toEqual({ recipe: 'augment', json: true });
    expect(positionals).toEqual(['a b.jpg', '--odd.jpg']);
  });

  it.each([
    [['--jsn'], '--jsn'],
    [['--recipe'], '--recipe'],
    [['--json=yes'], '--json'],
    [['--recipe', '-1'], '--recipe'],
  ])('names the mistake in %j, in one message', (args, mistake) => {
    const wrong = () => parseOptions(args, OPTIONS);
    expect(wrong).toThrow(UsageError);
    expect(wrong).toThrow(mistake);
    expect(wrong).not.toThrow(/\.\s/);
  });
});

describe('nearest', () => {
  const known = ['process', 'failed', 'reconcile', 'recipes'];
  it.each([
    ['proces', 'process'],
    ['reconsile', 'reconcile'],
    ['fialed', 'failed'],
    ['quit', undefined],
    ['', undefined],
  ])('of %j is %j', (word, expected) => {
    expect(nearest(word, known)).toBe(expected);
  });
});
