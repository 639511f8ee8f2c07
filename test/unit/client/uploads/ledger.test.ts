import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Entry, entryOf, type UploadState } from '../../../../client/uploads/entry.ts';
import { Ledger, type UploadChange } from '../../../../client/uploads/ledger.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => vi.useRealTimers());

const STATES: UploadState[] = ['waiting', 'sending', 'uploaded', 'failed', 'cancelled'];

function newLedger(): Ledger {
  return new Ledger(() => ({ status: 'running', problem: null }));
}

function entry(id: number, bytes: number): Entry {
  return entryOf(id, { name: `${id}.jpg`, bytes, type: 'image/jpeg', open: () => new Blob([]) });
}

/** The totals as the entries say them. */
function summedUp(entries: Entry[]) {
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
  return {
    files: entries.length,
    counts: Object.fromEntries(
      STATES.map((state) => [state, entries.filter((e) => e.state === state).length]),
    ),
    bytes: sum(entries.filter(({ state }) => state !== 'cancelled').map(({ bytes }) => bytes)),
    sentBytes: sum(entries.map(({ sentBytes }) => sentBytes)),
  };
}

const step = fc.record({
  action: fc.constantFrom('add', 'move', 'progress', 'remove'),
  which: fc.nat(20),
  bytes: fc.nat(1000),
  state: fc.constantFrom(...STATES),
});

describe('the totals', () => {
  it('are the sums over all files, whatever happens to them', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const ledger = newLedger();
        for (const { action, which, bytes, state } of steps) {
          const entries = [...ledger.entries()];
          const chosen = entries[which % Math.max(1, entries.length)];
          if (action === 'add') ledger.add(entry(Math.random(), bytes));
          else if (chosen === undefined) continue;
          else if (action === 'move') ledger.move(chosen, state);
          else if (action === 'progress') ledger.progress(chosen, Math.min(bytes, chosen.bytes));
          else ledger.remove(chosen);
        }
        expect(ledger.totals).toMatchObject(summedUp([...ledger.entries()]));
      }),
    );
  });
});

describe('notifications', () => {
  it('come once in 50 ms, with each changed file once', () => {
    const ledger = newLedger();
    const changes: UploadChange[] = [];
    ledger.subscribe((change) => changes.push(change));
    const [first, second] = [entry(1, 10), entry(2, 10)];
    ledger.add(first);
    ledger.add(second);
    for (let sent = 0; sent <= 9; sent++) ledger.progress(first, sent);
    vi.advanceTimersByTime(49);
    expect(changes).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(changes).toHaveLength(1);
    expect(changes[0]?.files.map(({ id, sentBytes }) => [id, sentBytes])).toEqual([
      [1, 9],
      [2, 0],
    ]);

    ledger.move(second, 'sending');
    vi.advanceTimersByTime(50);
    expect(changes[1]?.files).toMatchObject([{ id: 2, state: 'sending' }]);
    vi.advanceTimersByTime(1000);
    expect(changes).toHaveLength(2);
    // What was reported does not change afterwards.
    expect(changes[0]?.files[1]?.state).toBe('waiting');
    expect(changes[0]?.totals.counts.sending).toBe(0);
  });

  it('end when the listener leaves', () => {
    const ledger = newLedger();
    const listener = vi.fn();
    ledger.subscribe(listener)();
    ledger.add(entry(1, 10));
    vi.advanceTimersByTime(50);
    expect(listener).not.toHaveBeenCalled();
  });
});
