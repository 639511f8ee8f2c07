import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Api } from '../../../../client/http.ts';
import { ProblemError } from '../../../../client/problem.ts';
import type { UploadDeclaration, UploadForm } from '../../../../client/types.ts';
import { type Entry, entryOf } from '../../../../client/uploads/entry.ts';
import { FileQueue } from '../../../../client/uploads/file-queue.ts';
import { FormStock } from '../../../../client/uploads/form-stock.ts';
import { UploadsBlockedError } from '../../../../client/uploads/refusal.ts';

const MINUTE = 60_000;
const { signal } = new AbortController();

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => vi.useRealTimers());

/** A server whose clock differs from ours by so many milliseconds. */
function newStock({
  aheadMs = 0,
  refuse,
  answer,
}: {
  aheadMs?: number;
  refuse?: ProblemError;
  answer?: Promise<void>;
} = {}) {
  const queue = new FileQueue();
  const batches: string[][] = [];
  let count = 0;
  const formOf = ({ name }: UploadDeclaration): UploadForm => ({
    uploadId: `upload-${++count}`,
    key: name,
    name,
    url: 'https://storage.example.org',
    fields: {},
    expiresAt: new Date(Date.now() + aheadMs + 15 * MINUTE).toISOString(),
  });
  const call = async (_route: string, input: { body: { files: UploadDeclaration[] } }) => {
    batches.push(input.body.files.map(({ name }) => name));
    await answer;
    if (refuse !== undefined) throw refuse;
    return { uploads: input.body.files.map(formOf) };
  };
  return { stock: new FormStock({ call } as unknown as Api, queue, signal), queue, batches };
}

function entry(id: number): Entry {
  return entryOf(id, { name: `${id}`, bytes: 1, type: 'image/jpeg', open: () => new Blob([]) });
}

describe('a form', () => {
  it.each([
    ['as the server', 0],
    ['an hour behind', 60 * MINUTE],
    ['an hour ahead', -60 * MINUTE],
  ])('is renewed before it expires; the clock is %s', async (_title, aheadMs) => {
    const { stock, batches } = newStock({ aheadMs });
    const file = entry(1);
    const first = await stock.take(file, signal);
    vi.advanceTimersByTime(MINUTE / 2);
    expect(await stock.take(file, signal)).toBe(first);
    vi.advanceTimersByTime(14 * MINUTE);
    expect((await stock.take(file, signal)).uploadId).toBe('upload-2');
    expect(batches).toEqual([['1'], ['1']]);
  });

  it('is fetched together with those of the next files, once', async () => {
    const { stock, queue, batches } = newStock();
    for (let id = 10; id < 200; id++) queue.add(entry(id));
    await Promise.all([1, 2, 3].map((id) => stock.take(entry(id), signal)));
    expect(batches.map((batch) => batch.length)).toEqual([100]);
    expect(batches[0]?.slice(0, 4)).toEqual(['1', '2', '3', '10']);
  });

  it('is fetched ahead when few of the next files have one', async () => {
    const { stock, queue, batches } = newStock();
    for (let id = 0; id < 150; id++) queue.add(entry(id));
    const next = async () => {
      const file = queue.next();
      if (file !== undefined) {
        file.state = 'sending';
        await stock.take(file, signal);
      }
    };
    for (let count = 0; count < 80; count++) await next();
    expect(batches.map((batch) => batch.length)).toEqual([100]);
    await next();
    await vi.advanceTimersByTimeAsync(0);
    expect(batches.map((batch) => batch.length)).toEqual([100, 50]);
    for (let count = 0; count < 69; count++) await next();
    expect(batches).toHaveLength(2);
  });
});

it('is not kept for a file that was cancelled meanwhile', async () => {
  const answer = Promise.withResolvers<void>();
  const { stock, queue } = newStock({ answer: answer.promise });
  const cancelled = entry(2);
  queue.add(cancelled);
  const taken = stock.take(entry(1), signal);
  await vi.advanceTimersByTimeAsync(0);
  cancelled.source = undefined;
  answer.resolve();
  await taken;
  expect(cancelled.form).toBeUndefined();
});

describe('a refusal', () => {
  it.each([
    [401, undefined],
    [403, undefined],
    [429, 3_600_000],
  ])('with %i is one of everything', async (status, retryAfterMs) => {
    const refuse = new ProblemError({ status, code: 'NO' }, { retryAfterMs });
    const { stock } = newStock({ refuse });
    await expect(stock.take(entry(1), signal)).rejects.toThrow(UploadsBlockedError);
  });

  it.each([0, 429, 503])('with %i is one of this try', async (status) => {
    const refuse = new ProblemError({ status, code: 'LATER' });
    const { stock, queue, batches } = newStock({ refuse });
    const waiting = entry(2);
    queue.add(waiting);
    await expect(stock.take(entry(1), signal)).rejects.toBe(refuse);
    // A file that only waits has not failed.
    expect(waiting.formProblem).toBeUndefined();
    await expect(stock.take(entry(1), signal)).rejects.toBe(refuse);
    expect(batches).toHaveLength(2);
  });

  it('of a count that is wrong is one too', async () => {
    const { stock } = newStock();
    const call = async () => ({ uploads: [] });
    const other = new FormStock({ call } as unknown as Api, new FileQueue(), signal);
    await expect(other.take(entry(1), signal)).rejects.toMatchObject({ code: 'UNREADABLE_ANSWER' });
    expect(await stock.take(entry(1), signal)).toMatchObject({ uploadId: 'upload-1' });
  });
});

it('stops waiting when the file is stopped', async () => {
  const controller = new AbortController();
  const call = () => new Promise(() => {});
  const stock = new FormStock({ call } as unknown as Api, new FileQueue(), signal);
  const taken = stock.take(entry(1), controller.signal);
  const reason = new Error('cancelled');
  controller.abort(reason);
  await expect(taken).rejects.toBe(reason);
});
