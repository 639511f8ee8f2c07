import { describe, expect, it } from 'vitest';
import { networkProblem } from '../../../../client/problem.ts';
import { isPassing, mayBeStored, problemOfAnswer } from '../../../../client/uploads/answer.ts';

function xml(code: string, message: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
}

const answers: [string, number, string, string, { passes: boolean; mayBeStored: boolean }][] = [
  ['a gateway', 502, '<html>', 'HTTP_502', { passes: true, mayBeStored: true }],
  [
    'a failure',
    500,
    xml('InternalError', 'Try again.'),
    'InternalError',
    { passes: true, mayBeStored: true },
  ],
  ['overload', 503, xml('SlowDown', 'Reduce your rate.'), 'SlowDown', { passes: true, mayBeStored: false }],
  ['throttling', 429, '', 'HTTP_429', { passes: true, mayBeStored: false }],
  [
    'a slow socket',
    400,
    xml('RequestTimeout', 'Idle.'),
    'RequestTimeout',
    { passes: true, mayBeStored: false },
  ],
  [
    'an expired form',
    403,
    xml('AccessDenied', 'Invalid according to Policy: Policy expired.'),
    'FORM_EXPIRED',
    { passes: true, mayBeStored: false },
  ],
  [
    'expired credentials',
    400,
    xml('ExpiredToken', 'The provided token has expired.'),
    'FORM_EXPIRED',
    { passes: true, mayBeStored: false },
  ],
  [
    'another key',
    403,
    xml('AccessDenied', 'Invalid according to Policy: Policy Condition failed: ["eq", "$key", "k"]'),
    'AccessDenied',
    { passes: false, mayBeStored: false },
  ],
  [
    'a large file',
    400,
    xml('EntityTooLarge', 'Too large.'),
    'EntityTooLarge',
    { passes: false, mayBeStored: false },
  ],
  ['the laptop', 422, '{"code":"UNKNOWN_RECIPE"}', 'UNKNOWN_RECIPE', { passes: false, mayBeStored: false }],
];

describe('an answer of the storage', () => {
  it.each(answers)('%s', (_title, status, text, code, expected) => {
    const problem = problemOfAnswer({ status, text, retryAfter: null });
    expect(problem).toMatchObject({ status, code });
    if (problem === undefined) return;
    expect({ passes: isPassing(problem), mayBeStored: mayBeStored(problem) }).toEqual(expected);
  });

  it.each([200, 201, 204])('%i says that the file is stored', (status) => {
    expect(problemOfAnswer({ status, text: '', retryAfter: null })).toBeUndefined();
  });

  it('keeps what Retry-After asks for', () => {
    const problem = problemOfAnswer({ status: 503, text: xml('SlowDown', 'Slow.'), retryAfter: '2' });
    expect(problem).toMatchObject({ retryAfterMs: 2000, message: 'Slow.' });
  });

  it('may be lost', () => {
    expect(mayBeStored(networkProblem(new TypeError('cut')))).toBe(true);
  });
});
