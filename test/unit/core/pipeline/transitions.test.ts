import { describe, expect, it } from 'vitest';
import type { StartedRecord } from '../../../../core/pipeline/outputs.ts';
import { ENDED, type ImageRecord, type State, UNDER_WAY } from '../../../../core/pipeline/record.ts';
import * as transitions from '../../../../core/pipeline/transitions.ts';
import { fullRecord, idFrom, PART, RECIPE } from '../../../support/record-factory.ts';
import { SETTINGS } from '../../../support/simulated/settings.ts';
import { Harness } from './harness.ts';

const STATES: readonly State[] = [...UNDER_WAY, ...ENDED, 'DELETED'];
const ALIVE: readonly State[] = [...UNDER_WAY, ...ENDED];
const NOW = '2026-01-01T00:00:00.000Z';
const STUCK_AT = '2026-01-01T00:40:00.000Z';
const REASON = { code: 'SLOW', message: 'It was slow.', worker: 'processor' };
const EXPECTED = ['processed', '90'];

/** A record with every field, whose parts are all there, whose end was not published and which may be started. */
function recordIn(state: State): StartedRecord {
  const { publishedAt: _, ...record } = fullRecord(idFrom(state));
  return {
    ...record,
    state,
    recipe: RECIPE,
    expected: EXPECTED,
    encoding: { format: 'jpeg', quality: 82, mozjpeg: true, targetMet: true },
    startedAt: '2025-12-31T23:59:50.000Z',
  };
}

interface Row {
  apply(ports: Harness['ports'], record: StartedRecord): Promise<ImageRecord | undefined>;
  /** The states in which it happens; in all others nothing changes. */
  from(record: StartedRecord): readonly State[];
  /** It needs an end that was published. */
  needsPublished?: true;
  /** It looks at the attempt, so that a late worker of an earlier attempt changes nothing. */
  ofAttempt: boolean;
}

const inputs = { source: recordIn('RECEIVED').source, recipe: RECIPE, expected: EXPECTED };

const ROWS: Record<string, Row> = {
  start: {
    apply: (ports, record) => transitions.start(ports, record, inputs),
    from: () => ['RECEIVED', 'PROCESSING'],
    ofAttempt: true,
  },
  finishParts: {
    apply: (ports, record) => transitions.finishParts(ports, record, { '180': PART }, 7),
    from: () => [...UNDER_WAY, 'FAILED'],
    ofAttempt: false,
  },
  markFannedOut: { apply: transitions.markFannedOut, from: () => ['PROCESSING'], ofAttempt: true },
  complete: { apply: transitions.complete, from: () => UNDER_WAY, ofAttempt: false },
  endUnsuccessfully: {
    apply: (ports, record) =>
      transitions.endUnsuccessfully(ports, record, 'REJECTED', REASON, { computeMs: 7 }),
    from: () => UNDER_WAY,
    ofAttempt: true,
  },
  markPublished: { apply: transitions.markPublished, from: ({ state }) => [state], ofAttempt: true },
  recordTransientError: {
    apply: (ports, record) =>
      transitions.recordTransientError(ports, record, REASON, { computeMs: 7, undoStart: true }),
    from: () => UNDER_WAY,
    ofAttempt: true,
  },
  claimRepair: { apply: transitions.claimRepair, from: () => UNDER_WAY, ofAttempt: true },
  returnToProcessor: { apply: transitions.returnToProcessor, from: () => ['FANNED_OUT'], ofAttempt: true },
  postpone: { apply: transitions.postpone, from: ({ state }) => [state], ofAttempt: false },
  reopen: { apply: transitions.reopen, from: () => ['FAILED'], needsPublished: true, ofAttempt: true },
  beginNextRun: {
    apply: (ports, record) => transitions.beginNextRun(ports, record, {}),
    from: () => ENDED,
    needsPublished: true,
    ofAttempt: true,
  },
  setAlbum: {
    apply: (ports, record) => transitions.setAlbum(ports, record, 'Another'),
    from: () => ALIVE,
    ofAttempt: false,
  },
  markPurged: { apply: transitions.markPurged, from: () => ENDED, needsPublished: true, ofAttempt: false },
  markDeleted: { apply: transitions.markDeleted, from: () => ALIVE, ofAttempt: false },
  awaitLateWorkers: { apply: transitions.awaitLateWorkers, from: () => ['DELETED'], ofAttempt: false },
  markDeletionDone: { apply: transitions.markDeletionDone, from: () => ['DELETED'], ofAttempt: false },
};

/** Applies a transition that saw `seen` to a catalog that holds `stored`. */
async function applied(row: Row, stored: ImageRecord, seen = stored as StartedRecord) {
  const harness = new Harness();
  await harness.catalog.create(stored);
  const after = await row.apply(harness.ports, seen);
  return { after, stored: await harness.catalog.get(stored.imageId) };
}

function ready(row: Row, state: State): StartedRecord {
  return { ...recordIn(state), ...(row.needsPublished ? { publishedAt: NOW } : {}) };
}

const NAMES = Object.keys(ROWS);

describe.each(NAMES)('%s', (name) => {
  const row = ROWS[name] as Row;

  it.each(STATES)('happens in its states alone: %s', async (state) => {
    const record = ready(row, state);
    const { after, stored } = await applied(row, record);
    if (row.from(record).includes(state)) expect(after).toEqual(stored);
    else expect([after, stored]).toEqual([undefined, record]);
  });

  const [state = 'RECEIVED'] = row.from(recordIn('FANNED_OUT'));

  it('leaves a later run alone', async () => {
    const stored = { ...ready(row, state), run: 4 };
    expect(await applied(row, stored, ready(row, state))).toEqual({ after: undefined, stored });
  });

  it(row.ofAttempt ? 'leaves a later attempt alone' : 'also counts for a later attempt', async () => {
    const stored = { ...ready(row, state), attempt: 3 };
    const { after } = await applied(row, stored, ready(row, state));
    if (row.ofAttempt) expect(after).toBeUndefined();
    else expect(after).toBeDefined();
  });

  if (row.needsPublished) {
    it('waits until the end was published', async () => {
      expect((await applied(row, recordIn(state))).after).toBeUndefined();
    });
  }
});

async function outcome(name: string, state: State, overrides: Partial<ImageRecord> = {}) {
  const row = ROWS[name] as Row;
  return (await applied(row, { ...ready(row, state), ...overrides })).after;
}

describe('what a transition changes', () => {
  it('start: the inputs are fixed and the start is counted, up to the limit', async () => {
    expect(await outcome('start', 'RECEIVED', { startCount: SETTINGS.maxStarts - 1 })).toMatchObject({
      ...inputs,
      state: 'PROCESSING',
      startCount: SETTINGS.maxStarts,
      startedAt: NOW,
      dueAt: STUCK_AT,
    });
    expect(await outcome('start', 'RECEIVED', { startCount: SETTINGS.maxStarts })).toBeUndefined();
  });

  it('finishParts: the part and its compute are added', async () => {
    const after = await outcome('finishParts', 'PROCESSING', { computeMs: 5 });
    expect(after).toMatchObject({ state: 'PROCESSING', computeMs: 12 });
    expect(Object.keys(after?.finished ?? {}).sort()).toEqual(['180', '90', 'processed']);
  });

  it('markFannedOut: the start has had its outcome', async () => {
    const after = await outcome('markFannedOut', 'PROCESSING');
    expect(after).toMatchObject({ state: 'FANNED_OUT', startCount: 0, dueAt: STUCK_AT });
    expect(after).not.toHaveProperty('lastError');
  });

  it('complete: the run ends, and its end is due for publication in a minute', async () => {
    const after = await outcome('complete', 'FANNED_OUT');
    expect(after).toMatchObject({ state: 'COMPLETE', endedAt: NOW, dueAt: '2026-01-01T00:01:00.000Z' });
    expect(after?.timingsMs).toEqual({ decode: 12.5, total: 10_000 });
    expect(after).not.toHaveProperty('lastError');
  });

  it('complete: a missing part keeps the run open', async () => {
    expect(await outcome('complete', 'FANNED_OUT', { finished: { processed: PART } })).toBeUndefined();
  });

  it('endUnsuccessfully: the reason, the time and the compute are recorded', async () => {
    const after = await outcome('endUnsuccessfully', 'PROCESSING', { computeMs: 5 });
    expect(after).toMatchObject({ state: 'REJECTED', reason: { ...REASON, at: NOW }, computeMs: 12 });
    expect(after).toMatchObject({ endedAt: NOW, dueAt: '2026-01-01T00:01:00.000Z' });
    expect(after).not.toHaveProperty('lastError');
  });

  it('a run that never started took no time', async () => {
    const harness = new Harness();
    const { startedAt: _, timingsMs: __, ...record } = recordIn('RECEIVED');
    await harness.catalog.create(record);
    const after = await transitions.endUnsuccessfully(harness.ports, record, 'FAILED', REASON);
    expect(after).toMatchObject({ state: 'FAILED', timingsMs: { total: 0 }, computeMs: record.computeMs });
  });

  it('markPublished: once, and then nothing is due', async () => {
    const harness = new Harness();
    const { deletedAt: _, ...record } = recordIn('COMPLETE');
    await harness.catalog.create(record);
    const after = await transitions.markPublished(harness.ports, record);
    expect(after).toMatchObject({ state: 'COMPLETE', publishedAt: NOW });
    expect(after).not.toHaveProperty('dueAt');
    expect(await outcome('markPublished', 'COMPLETE', { publishedAt: NOW })).toBeUndefined();
  });

  it('recordTransientError: the start does not count, unless the run has moved on', async () => {
    const lastError = { ...REASON, at: NOW };
    const before = { startCount: 2, computeMs: 5 };
    expect(await outcome('recordTransientError', 'PROCESSING', before)).toMatchObject({
      lastError,
      startCount: 1,
      computeMs: 12,
    });
    expect(await outcome('recordTransientError', 'FANNED_OUT', before)).toMatchObject({
      lastError,
      startCount: 2,
      computeMs: 12,
    });
  });

  it.each(['claimRepair', 'returnToProcessor'])('%s: a repair is counted, up to the limit', async (name) => {
    const last = { repairs: SETTINGS.maxRepairs - 1 };
    expect(await outcome(name, 'FANNED_OUT', last)).toMatchObject({
      state: name === 'claimRepair' ? 'FANNED_OUT' : 'RECEIVED',
      repairs: SETTINGS.maxRepairs,
      dueAt: STUCK_AT,
    });
    expect(await outcome(name, 'FANNED_OUT', { repairs: SETTINGS.maxRepairs })).toBeUndefined();
  });

  it.each(['claimRepair', 'postpone'])('%s: only one of two sweepers gets the record', async (name) => {
    const seen = recordIn('FANNED_OUT');
    const row = ROWS[name] as Row;
    expect((await applied(row, { ...seen, dueAt: STUCK_AT }, seen)).after).toBeUndefined();
    const { dueAt: _, ...undated } = seen;
    expect((await applied(row, { ...seen, dueAt: STUCK_AT }, undated)).after).toMatchObject({
      dueAt: STUCK_AT,
    });
  });

  it('postpone: only the time changes', async () => {
    const record = recordIn('RECEIVED');
    expect(await outcome('postpone', 'RECEIVED')).toEqual({ ...record, revision: 18, dueAt: STUCK_AT });
  });

  it('reopen: the next attempt starts afresh, with the parts there are', async () => {
    const { finished } = recordIn('FAILED');
    const after = await outcome('reopen', 'FAILED');
    expect(after).toMatchObject({
      state: 'RECEIVED',
      attempt: 3,
      startCount: 0,
      repairs: 0,
      dueAt: STUCK_AT,
    });
    expect(after).toMatchObject({ run: 3, finished });
    for (const field of ['reason', 'lastError', 'endedAt', 'publishedAt', 'startedAt'])
      expect(after).not.toHaveProperty(field);
  });

  it('beginNextRun: nothing of the last run stays, but what is known of the image', async () => {
    const after = await outcome('beginNextRun', 'COMPLETE');
    const { imageId, source, owner, createdAt, fileName, album, capturedAt, thumbhash, deletedAt } =
      recordIn('COMPLETE');
    expect(after).toEqual({
      ...{ imageId, source, owner, createdAt, fileName, album, capturedAt, thumbhash, deletedAt },
      revision: 18,
      run: 4,
      attempt: 1,
      state: 'RECEIVED',
      finished: {},
      startCount: 0,
      repairs: 0,
      computeMs: 0,
      dueAt: STUCK_AT,
    });
  });

  it('beginNextRun: given inputs are fixed from the beginning', async () => {
    const harness = new Harness();
    const record = { ...recordIn('COMPLETE'), publishedAt: NOW };
    await harness.catalog.create(record);
    expect(await transitions.beginNextRun(harness.ports, record, inputs)).toMatchObject(inputs);
  });

  it('markDeleted and markDeletionDone: a tombstone is due at once, in the end nothing is', async () => {
    const after = await outcome('markDeleted', 'COMPLETE');
    expect(after).toMatchObject({ state: 'DELETED', endedAt: NOW, dueAt: NOW });
    for (const field of ['imageInfo', 'warnings', 'quality', 'encoding', 'timingsMs', 'reason', 'lastError'])
      expect(after).not.toHaveProperty(field);
    expect(await outcome('awaitLateWorkers', 'DELETED', { endedAt: NOW })).toMatchObject({ dueAt: STUCK_AT });
    const done = await outcome('markDeletionDone', 'DELETED');
    expect(done?.state).toBe('DELETED');
    expect(done?.finished).toEqual({});
    expect(done).not.toHaveProperty('dueAt');
  });
});

describe('receive', () => {
  it('creates one record for an upload, and finds it again', async () => {
    const harness = new Harness();
    const source = { ...recordIn('RECEIVED').source, key: 'uploads/user-7/a.jpg' };
    const record = await transitions.receive(harness.ports, source);
    expect(record).toMatchObject({ state: 'RECEIVED', run: 1, attempt: 1, owner: 'user-7', source });
    expect(record).toMatchObject({
      startCount: 0,
      repairs: 0,
      computeMs: 0,
      finished: {},
      dueAt: STUCK_AT,
      createdAt: NOW,
    });
    expect(await transitions.receive(harness.ports, { ...source, bytes: 1 })).toEqual(record);
  });

  it('gives an upload outside uploads/ no owner', async () => {
    const harness = new Harness();
    expect(await transitions.receive(harness.ports, recordIn('RECEIVED').source)).not.toHaveProperty('owner');
  });

  it('takes the record of another worker that was quicker', async () => {
    const harness = new Harness();
    const quicker = await transitions.receive(harness.ports, recordIn('RECEIVED').source);
    let looks = 0;
    const catalog = Object.assign(Object.create(harness.catalog), {
      get: async (imageId: string) => (looks++ === 0 ? undefined : harness.catalog.get(imageId)),
    });
    const ports = { ...harness.ports, catalog };
    expect(await transitions.receive(ports, { ...recordIn('RECEIVED').source, bytes: 1 })).toEqual(quicker);
  });
});
