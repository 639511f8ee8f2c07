import { describe, expect, it } from 'vitest';
import { parseRetryAfter, problemOf } from '../../../client/problem.ts';

describe('Retry-After', () => {
  it.each([
    ['0', 0],
    ['120', 120_000],
    [' 2 ', 2000],
    ['Wed, 21 Oct 2015 07:28:00 GMT', 0],
    ['soon', undefined],
    ['', undefined],
    [null, undefined],
  ])('%j is %j ms', (header, ms) => {
    expect(parseRetryAfter(header)).toBe(ms);
  });

  it('may be a date to come', () => {
    const ms = parseRetryAfter(new Date(Date.now() + 60_000).toUTCString());
    expect(ms).toBeGreaterThan(58_000);
    expect(ms).toBeLessThanOrEqual(60_000);
  });
});

describe('a problem', () => {
  it.each(['null', '[]', '"text"', '{"code":7,"detail":null}', '{', ''])(
    'is made of any answer: %s',
    (text) => {
      const problem = problemOf(418, text);
      expect(problem).toMatchObject({ code: 'HTTP_418', status: 418, field: undefined });
      expect(problem.message).toBe('The server answered with status 418.');
    },
  );

  it('has the status of the answer, whatever its body says', () => {
    expect(problemOf(503, '{"status":200,"code":"UNAVAILABLE"}')).toMatchObject({
      status: 503,
      code: 'UNAVAILABLE',
    });
  });
});
