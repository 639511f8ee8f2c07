import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyChange, guardHolds } from '../../../../core/pipeline/record-change.ts';
import type { Change, Guard } from '../../../../core/ports.ts';
import { fullRecord, PART, receivedRecord } from '../../../support/record-factory.ts';

/** Freezes a value and everything in it, so that a change in place throws. */
function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(deepFreeze);
  return value;
}

/** A guard of which every clause holds for `fullRecord`, and only just. */
function tightGuard(): Guard {
  return {
    run: 3,
    states: ['FAILED'],
    attempt: 2,
    dueAt: '2026-02-03T05:00:00.000Z',
    startCountBelow: 3,
    repairsBelow: 2,
    finished: ['processed', '90'],
    published: true,
    inTrash: true,
    inAlbum: true,
  };
}

const LOOSENED: { [Clause in keyof Guard]-?: NonNullable<Guard[Clause]> } = {
  run: 2,
  states: ['COMPLETE', 'REJECTED'],
  attempt: 1,
  dueAt: '2026-02-03T05:00:00.001Z',
  startCountBelow: 2,
  repairsBelow: 1,
  finished: ['processed', '180'],
  published: false,
  inTrash: false,
  inAlbum: false,
};

describe('guardHolds', () => {
  it('holds where every clause holds', () => {
    expect(guardHolds(fullRecord('a'), tightGuard())).toBe(true);
  });

  for (const [clause, value] of Object.entries(LOOSENED)) {
    it(`does not hold where only "${clause}" fails`, () => {
      expect(guardHolds(fullRecord('a'), { ...tightGuard(), [clause]: value })).toBe(false);
    });
  }

  it('requires nothing that it does not name', () => {
    expect(guardHolds(fullRecord('a'), { run: 3, states: ['FAILED'] })).toBe(true);
  });

  it('does not mistake an inherited property for a finished part', () => {
    const guard: Guard = { run: 1, states: ['RECEIVED'], finished: ['toString'] };
    expect(guardHolds(receivedRecord('a'), guard)).toBe(false);
  });
});

describe('applyChange', () => {
  it('changes nothing without a change but the revision, which counts it', () => {
    expect(applyChange(fullRecord('a'), {})).toEqual({ ...fullRecord('a'), revision: 18 });
  });

  it('leaves no trace of a removed field', () => {
    const after = applyChange(fullRecord('a'), { remove: ['dueAt', 'reason'] });
    expect(Object.keys(after)).not.toContain('dueAt');
    expect(Object.keys(after)).not.toContain('reason');
  });

  it('never changes the record that it is given', () => {
    const record = deepFreeze(fullRecord('a'));
    const change: Change = deepFreeze({
      set: { state: 'COMPLETE', endedAt: '2026-02-03T07:00:00.000Z' },
      remove: ['dueAt'],
      add: { startCount: 1, repairs: 1 },
      clearFinished: true,
      parts: { '180': PART },
    });
    const after = applyChange(record, change);
    expect(record).toEqual(fullRecord('a'));
    expect(after).toMatchObject({ state: 'COMPLETE', startCount: 3, repairs: 2, finished: { '180': PART } });
  });

  it('gives the same set of parts in any order and with any repeats', () => {
    const variants = ['processed', '90', '180', '270', '360'];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...variants), { maxLength: 20 }), (order) => {
        const add = (from: string[]) =>
          from.reduce(
            (record, variant) => applyChange(record, { parts: { [variant]: PART } }),
            receivedRecord('a'),
          );
        expect(add(order).finished).toEqual(add([...new Set(order)].sort()).finished);
      }),
    );
  });
});
