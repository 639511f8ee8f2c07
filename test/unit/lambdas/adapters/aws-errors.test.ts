import { describe, expect, it } from 'vitest';
import { TransientError } from '../../../../core/errors.ts';
import { isMissing, wrapAwsErrors, wrapPageErrors } from '../../../../lambdas/adapters/aws-errors.ts';

function failure(name: string, status?: number, code?: string): Error {
  return Object.assign(new Error('irrelevant'), {
    name,
    ...(status === undefined ? {} : { $metadata: { httpStatusCode: status } }),
    ...(code === undefined ? {} : { code }),
  });
}

describe('wrapAwsErrors', () => {
  const transient = [
    failure('ThrottlingException', 400),
    failure('ProvisionedThroughputExceededException', 400),
    failure('SlowDown', 503),
    failure('InternalServerError', 500),
    failure('Anything', 429),
    failure('TimeoutError'),
    failure('IDPCommunicationError', 400),
  ];
  it.each(transient)('counts $name as transient', async (cause) => {
    const answer = wrapAwsErrors('DynamoDB', Promise.reject(cause));
    await expect(answer).rejects.toThrow(TransientError);
    await expect(answer).rejects.toMatchObject({ code: cause.name, cause });
  });

  it('uses the code of a failed connection, because its name says nothing', async () => {
    const cause = failure('Error', undefined, 'ECONNRESET');
    await expect(wrapAwsErrors('S3', Promise.reject(cause))).rejects.toMatchObject({
      code: 'ECONNRESET',
      message: 'S3 could not answer for now (ECONNRESET).',
    });
  });

  it('finds a failed connection in the cause', async () => {
    const connection = failure('Error', undefined, 'EAI_AGAIN');
    const cause = Object.assign(failure('Error'), { cause: connection });
    await expect(wrapAwsErrors('S3', Promise.reject(cause))).rejects.toMatchObject({
      code: 'UNKNOWN',
      cause,
    });
  });

  const lasting = [
    failure('AccessDenied', 403),
    failure('ValidationException', 400),
    failure('ConditionalCheckFailedException', 400),
    failure('NoSuchKey', 404),
    failure('TypeError'),
  ];
  it.each(lasting)('rethrows $name unchanged', async (cause) => {
    await expect(wrapAwsErrors('S3', Promise.reject(cause))).rejects.toBe(cause);
  });

  it('ignores the text of the message', async () => {
    const cause = Object.assign(failure('AccessDenied', 403), { message: 'Throttling: timeout, 503' });
    await expect(wrapAwsErrors('S3', Promise.reject(cause))).rejects.toBe(cause);
  });

  it('returns the result of a call that succeeds', async () => {
    expect(await wrapAwsErrors('SQS', Promise.resolve(7))).toBe(7);
  });
});

describe('wrapPageErrors', () => {
  it('yields every page, and wraps an error on the way', async () => {
    async function* pages() {
      yield 1;
      yield 2;
      throw failure('ThrottlingException', 400);
    }
    const seen: number[] = [];
    const reading = async () => {
      for await (const page of wrapPageErrors('DynamoDB', pages())) seen.push(page);
    };
    await expect(reading()).rejects.toMatchObject({ name: 'TransientError', code: 'ThrottlingException' });
    expect(seen).toEqual([1, 2]);
  });

  it('does not wrap errors of the reader', async () => {
    async function* pages() {
      yield 1;
    }
    const cause = failure('ThrottlingException', 400);
    const reading = async () => {
      for await (const _ of wrapPageErrors('DynamoDB', pages())) throw cause;
    };
    await expect(reading()).rejects.toBe(cause);
  });
});

describe('isMissing', () => {
  it.each([
    { error: failure('NoSuchKey', 404), missing: true },
    { error: failure('NoSuchVersion', 404), missing: true },
    { error: failure('NotFound', 404), missing: true },
    { error: failure('PreconditionFailed', 412), missing: true },
    { error: failure('NoSuchBucket', 404), missing: false },
    { error: failure('AccessDenied', 403), missing: false },
    { error: failure('SlowDown', 503), missing: false },
  ])('$error.name: $missing', ({ error, missing }) => {
    expect(isMissing(error)).toBe(missing);
  });
});
