import { expect, it, vi } from 'vitest';
import { ProblemError } from '../../../../client/problem.ts';
import { Dispatcher } from '../../../../client/uploads/dispatcher.ts';
import { type Entry, entryOf } from '../../../../client/uploads/entry.ts';
import { FileQueue } from '../../../../client/uploads/file-queue.ts';
import { Ledger } from '../../../../client/uploads/ledger.ts';

const form = { uploadId: 'u', url: 'https://storage.example.org', fields: {}, usableUntilMs: Infinity };

/** Sends each file with that outcome. */
async function dispatch(count: number, send: (entry: Entry) => Promise<void>): Promise<Entry[]> {
  const ledger = new Ledger(() => ({ status: 'running', problem: null }));
  const queue = new FileQueue();
  const dispatcher = new Dispatcher({ queue, ledger, parallelism: 6, send, onEnd: () => {} });
  const entries = Array.from({ length: count }, (_, id) => {
    const open = () => new Blob([]);
    return Object.assign(entryOf(id, { name: 'a.jpg', bytes: 1, type: 'image/jpeg', open }), { form });
  });
  for (const entry of entries) {
    ledger.add(entry);
    queue.add(entry);
  }
  dispatcher.pump();
  await vi.waitFor(() => expect(ledger.underWay).toBe(0));
  return entries;
}

it('lets go of the content of files that are stored', async () => {
  const entries = await dispatch(20, async () => {});
  for (const { source, form: held, state } of entries) {
    expect({ source, held, state }).toEqual({ source: undefined, held: undefined, state: 'uploaded' });
  }
});

it('keeps those that failed, so that they can be tried again, and not their forms', async () => {
  const problem = new ProblemError({ status: 400, code: 'EntityTooLarge' });
  const [entry] = await dispatch(1, () => Promise.reject(problem));
  expect(entry).toMatchObject({ state: 'failed', problem, form: undefined });
  expect(entry?.source).toBeDefined();
});
