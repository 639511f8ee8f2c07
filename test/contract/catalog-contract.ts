import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Catalog, Change, Guard } from '../../core/ports.ts';
import type { ImageRecord } from '../../core/record.ts';
import { fullRecord, idFrom, incidentWith, PART, RECIPE, receivedRecord } from './record-factory.ts';

/** A catalog under test. It is made once for the suite; every test uses image ids of its own. */
export interface CatalogHarness {
  catalog: Catalog;
  close(): Promise<void>;
}

const DUE = '2026-02-03T05:00:00.000Z';
const LATER = '2026-02-03T05:00:00.001Z';

/** What every catalog does, whatever it is made of. */
export function describeCatalogContract(name: string, makeHarness: () => Promise<CatalogHarness>): void {
  describe(`catalog contract: ${name}`, () => {
    let harness: CatalogHarness;
    let catalog: Catalog;

    beforeAll(async () => {
      harness = await makeHarness();
      catalog = harness.catalog;
    });
    afterAll(async () => await harness.close());

    /** A new record under an id of its own. */
    async function created(overrides: Partial<ImageRecord> = {}): Promise<ImageRecord> {
      const record = receivedRecord(idFrom(`${name} ${Math.random()}`), overrides);
      expect(await catalog.create(record)).toBe(true);
      return record;
    }

    describe('create and get', () => {
      it('gives back every field of a record as it was', async () => {
        const record = fullRecord(idFrom(`${name} full`));
        expect(await catalog.create(record)).toBe(true);
        expect(await catalog.get(record.imageId)).toEqual(record);
      });

      it('knows no record that was not made', async () => {
        expect(await catalog.get(idFrom('nobody'))).toBeUndefined();
      });

      it('makes a record once and leaves the first as it is', async () => {
        const record = await created();
        expect(await catalog.create({ ...record, state: 'FAILED', run: 2 })).toBe(false);
        expect(await catalog.get(record.imageId)).toEqual(record);
      });

      it('lets one of many concurrent creations through', async () => {
        const record = receivedRecord(idFrom(`${name} race`));
        const outcomes = await Promise.all(
          Array.from({ length: 10 }, (_, n) => catalog.create({ ...record, attempt: n + 1 })),
        );
        expect(outcomes.filter(Boolean)).toHaveLength(1);
        expect((await catalog.get(record.imageId))?.attempt).toBe(outcomes.indexOf(true) + 1);
      });
    });

    describe('guards', () => {
      const record: Partial<ImageRecord> = {
        run: 2,
        attempt: 3,
        state: 'PROCESSING',
        starts: 1,
        resends: 2,
        dueAt: DUE,
        finished: { processed: PART, '90': PART },
      };
      const base: Guard = { run: 2, states: ['RECEIVED', 'PROCESSING'] };
      const announced: Partial<ImageRecord> = { ...record, announcedAt: DUE };

      const clauses: { clause: string; of: Partial<ImageRecord>; holds: Guard; fails: Guard }[] = [
        { clause: 'run', of: record, holds: base, fails: { ...base, run: 1 } },
        { clause: 'states', of: record, holds: base, fails: { ...base, states: ['RECEIVED', 'FANNED_OUT'] } },
        {
          clause: 'attempt',
          of: record,
          holds: { ...base, attempt: 3 },
          fails: { ...base, attempt: 2 },
        },
        { clause: 'dueAt', of: record, holds: { ...base, dueAt: DUE }, fails: { ...base, dueAt: LATER } },
        {
          clause: 'startsBelow',
          of: record,
          holds: { ...base, startsBelow: 2 },
          fails: { ...base, startsBelow: 1 },
        },
        {
          clause: 'resendsBelow',
          of: record,
          holds: { ...base, resendsBelow: 3 },
          fails: { ...base, resendsBelow: 2 },
        },
        {
          clause: 'finished',
          of: record,
          holds: { ...base, finished: ['90', 'processed'] },
          fails: { ...base, finished: ['processed', '180'] },
        },
        {
          clause: 'announced: false',
          of: record,
          holds: { ...base, announced: false },
          fails: { ...base, announced: true },
        },
        {
          clause: 'announced: true',
          of: announced,
          holds: { ...base, announced: true },
          fails: { ...base, announced: false },
        },
      ];

      for (const { clause, of, holds, fails } of clauses) {
        it(`changes a record only where "${clause}" holds`, async () => {
          const before = await created(of);
          expect(
            await catalog.update(before.imageId, fails, { set: { state: 'FANNED_OUT' } }),
          ).toBeUndefined();
          expect(await catalog.get(before.imageId)).toEqual(before);

          const after = await catalog.update(before.imageId, holds, { set: { state: 'FANNED_OUT' } });
          expect(after).toEqual({ ...before, state: 'FANNED_OUT' });
          expect(await catalog.get(before.imageId)).toEqual(after);
        });
      }

      it('holds "dueAt" of no record that has none', async () => {
        const { imageId } = await created();
        const guard: Guard = { run: 1, states: ['RECEIVED'], dueAt: DUE };
        expect(await catalog.update(imageId, guard, { set: { state: 'FAILED' } })).toBeUndefined();
      });

      it('holds an empty list of finished parts', async () => {
        const { imageId } = await created();
        const guard: Guard = { run: 1, states: ['RECEIVED'], finished: [] };
        expect(await catalog.update(imageId, guard, { set: { state: 'COMPLETE' } })).toBeDefined();
      });

      it('needs every clause at once', async () => {
        const { imageId } = await created(record);
        const guard: Guard = { ...base, attempt: 3, startsBelow: 2, finished: ['180'] };
        expect(await catalog.update(imageId, guard, { set: { state: 'COMPLETE' } })).toBeUndefined();
      });

      it('makes no record where there was none', async () => {
        const imageId = idFrom(`${name} absent`);
        const guard: Guard = { run: 1, states: ['RECEIVED'] };
        expect(await catalog.update(imageId, guard, { set: { state: 'FAILED' } })).toBeUndefined();
        expect(await catalog.get(imageId)).toBeUndefined();
      });
    });

    describe('changes', () => {
      const anyState: Guard = {
        run: 1,
        states: ['RECEIVED', 'PROCESSING', 'FANNED_OUT', 'COMPLETE', 'REJECTED', 'FAILED', 'DELETED'],
      };

      async function changed(change: Change, overrides: Partial<ImageRecord> = {}) {
        const before = await created(overrides);
        const after = await catalog.update(before.imageId, anyState, change);
        expect(await catalog.get(before.imageId)).toEqual(after);
        return { before, after };
      }

      it('sets fields, new ones and old ones', async () => {
        const full = fullRecord('unused');
        const set: Change['set'] = {
          state: 'PROCESSING',
          recipe: RECIPE,
          expected: ['processed', '90'],
          ...(full.facts && { facts: full.facts }),
          ...(full.quality && { quality: full.quality }),
          timingsMs: {},
          source: { ...full.source, key: 'other key', bytes: 0 },
          dueAt: DUE,
          run: 2,
          starts: 0,
        };
        const { before, after } = await changed({ set }, { starts: 2 });
        expect(after).toEqual({ ...before, ...set });
      });

      it('removes fields, and is content where one is missing already', async () => {
        const full = fullRecord('unused');
        const { recipe, expected, ...rest } = full;
        const { after } = await changed(
          { remove: ['recipe', 'expected', 'facts', 'quality', 'timingsMs', 'reason', 'lastError', 'dueAt'] },
          { ...rest, imageId: idFrom(`${name} removes`), run: 1 },
        );
        expect(after).toEqual(
          receivedRecord(idFrom(`${name} removes`), {
            attempt: 2,
            state: 'FAILED',
            owner: 'user-1',
            finished: full.finished,
            starts: 2,
            resends: 1,
            startedAt: '2026-02-03T04:05:08.000Z',
            endedAt: '2026-02-03T06:00:00.000Z',
            announcedAt: '2026-02-03T06:00:01.000Z',
          }),
        );
      });

      it('adds to the counters', async () => {
        const { before, after } = await changed({ add: { starts: 1, resends: 2 } }, { starts: 1 });
        expect(after).toEqual({ ...before, starts: 2, resends: 2 });
      });

      it('adds to a counter below its old value', async () => {
        const { after } = await changed({ add: { starts: -1 } }, { starts: 1 });
        expect(after?.starts).toBe(0);
      });

      it('adds parts as a set: a repeated one changes nothing', async () => {
        const { before, after } = await changed({ parts: { '90': PART } }, { finished: { processed: PART } });
        expect(after).toEqual({ ...before, finished: { processed: PART, '90': PART } });
        expect(await catalog.update(before.imageId, anyState, { parts: { '90': PART } })).toEqual(after);
      });

      it('replaces a part of the same variant', async () => {
        const { after } = await changed(
          { parts: { '90': { ...PART, bytes: 1 } } },
          { finished: { '90': PART } },
        );
        expect(after?.finished).toEqual({ '90': { ...PART, bytes: 1 } });
      });

      it('empties the finished parts', async () => {
        const { after } = await changed({ clearFinished: true }, { finished: { '90': PART } });
        expect(after?.finished).toEqual({});
      });

      it('empties the finished parts before it adds', async () => {
        const { after } = await changed(
          { clearFinished: true, parts: { processed: PART } },
          { finished: { '90': PART } },
        );
        expect(after?.finished).toEqual({ processed: PART });
      });

      it('sets, removes, adds and takes parts in one step', async () => {
        const { before, after } = await changed(
          {
            set: { state: 'PROCESSING', startedAt: LATER },
            remove: ['dueAt'],
            add: { starts: 1 },
            parts: { processed: PART },
          },
          { dueAt: DUE },
        );
        const { dueAt, ...rest } = before;
        expect(after).toEqual({
          ...rest,
          state: 'PROCESSING',
          startedAt: LATER,
          starts: 1,
          finished: { processed: PART },
        });
      });
    });

    describe('concurrent updates', () => {
      it('lets exactly one of many through a guard that the first one closes', async () => {
        const { imageId } = await created();
        const outcomes = await Promise.all(
          Array.from({ length: 12 }, () =>
            catalog.update(imageId, { run: 1, states: ['RECEIVED'], startsBelow: 1 }, { add: { starts: 1 } }),
          ),
        );
        expect(outcomes.filter((outcome) => outcome !== undefined)).toHaveLength(1);
        expect((await catalog.get(imageId))?.starts).toBe(1);
      });

      it('loses no part of many, and closes once', async () => {
        const variants = ['processed', '90', '180', '270', '360'];
        const { imageId } = await created({ state: 'FANNED_OUT', expected: variants });
        const open: Guard = { run: 1, states: ['FANNED_OUT'] };
        const closings = await Promise.all(
          [...variants, ...variants].map(async (variant) => {
            await catalog.update(imageId, open, { parts: { [variant]: PART } });
            return await catalog.update(
              imageId,
              { ...open, finished: variants },
              { set: { state: 'COMPLETE', endedAt: DUE } },
            );
          }),
        );
        expect(closings.filter((closing) => closing !== undefined)).toHaveLength(1);
        const after = await catalog.get(imageId);
        expect(after?.state).toBe('COMPLETE');
        expect(Object.keys(after?.finished ?? {}).sort()).toEqual([...variants].sort());
      });
    });

    describe('due and failed', () => {
      async function dueIds(now: string, among: ImageRecord[]): Promise<string[]> {
        const ids = new Set(among.map((record) => record.imageId));
        const found: string[] = [];
        for await (const id of catalog.due(now)) if (ids.has(id)) found.push(id);
        return found;
      }

      it('lists what is due at the moment or before', async () => {
        const before = await created({ dueAt: '2026-02-03T04:59:59.999Z' });
        const now = await created({ dueAt: DUE });
        const after = await created({ dueAt: LATER });
        const never = await created();
        await vi.waitFor(async () => {
          const ids = await dueIds(DUE, [before, now, after, never]);
          expect(ids.sort()).toEqual([before.imageId, now.imageId].sort());
        });
      });

      it('follows dueAt as it is set, moved and removed', async () => {
        const record = await created();
        const guard: Guard = { run: 1, states: ['RECEIVED'] };
        await catalog.update(record.imageId, guard, { set: { dueAt: DUE } });
        await vi.waitFor(async () => expect(await dueIds(DUE, [record])).toHaveLength(1));
        await catalog.update(record.imageId, { ...guard, dueAt: DUE }, { set: { dueAt: LATER } });
        await vi.waitFor(async () => expect(await dueIds(DUE, [record])).toHaveLength(0));
        await vi.waitFor(async () => expect(await dueIds(LATER, [record])).toHaveLength(1));
        await catalog.update(record.imageId, guard, { remove: ['dueAt'] });
        await vi.waitFor(async () => expect(await dueIds(LATER, [record])).toHaveLength(0));
      });

      it('lists all of many, each once, while they are moved on', async () => {
        const records = await Promise.all(Array.from({ length: 130 }, () => created({ dueAt: DUE })));
        const ids = new Set(records.map((record) => record.imageId));
        await vi.waitFor(async () => expect(await dueIds(DUE, records)).toHaveLength(130));
        const seen: string[] = [];
        for await (const imageId of catalog.due(DUE)) {
          if (!ids.has(imageId)) continue;
          seen.push(imageId);
          await catalog.update(imageId, { run: 1, states: ['RECEIVED'] }, { set: { dueAt: LATER } });
        }
        expect(seen).toHaveLength(130);
        expect(new Set(seen)).toEqual(ids);
      });

      it('lists a due record whatever its state, as a tombstone is due too', async () => {
        const record = await created({ state: 'DELETED', dueAt: DUE });
        await vi.waitFor(async () => expect(await dueIds(DUE, [record])).toHaveLength(1));
      });

      it('lists the failed ones while they are', async () => {
        const failed = await created({ state: 'FAILED' });
        const rejected = await created({ state: 'REJECTED' });
        async function failedIds(): Promise<string[]> {
          const found: string[] = [];
          for await (const id of catalog.failed()) found.push(id);
          return found.filter((id) => id === failed.imageId || id === rejected.imageId);
        }
        await vi.waitFor(async () => expect(await failedIds()).toEqual([failed.imageId]));
        await catalog.update(failed.imageId, { run: 1, states: ['FAILED'] }, { set: { state: 'RECEIVED' } });
        await vi.waitFor(async () => expect(await failedIds()).toEqual([]));
      });
    });

    describe('history', () => {
      it('keeps ended runs beside the current one, oldest first, each once', async () => {
        const current = await created({ run: 11, state: 'COMPLETE' });
        const archived = [2, 10, 1].map((run): ImageRecord => ({ ...current, run, state: 'FAILED' }));
        for (const record of [...archived, ...archived]) await catalog.archive(record);

        expect((await catalog.history(current.imageId)).map(({ run }) => run)).toEqual([1, 2, 10]);
        expect((await catalog.history(current.imageId))[1]).toEqual(archived[0]);
        expect(await catalog.get(current.imageId)).toEqual(current);
      });

      it('is empty of an image that has none', async () => {
        const { imageId } = await created();
        expect(await catalog.history(imageId)).toEqual([]);
      });

      it('shows no archived run as due or failed', async () => {
        const record = await created({ run: 2 });
        await catalog.archive({ ...record, run: 1, state: 'FAILED', dueAt: DUE });
        for await (const failed of catalog.failed()) expect(failed).not.toBe(record.imageId);
        for await (const due of catalog.due(LATER)) expect(due).not.toBe(record.imageId);
      });
    });

    describe('incidents', () => {
      it('keeps an incident once and forgets it when told', async () => {
        const incident = incidentWith(idFrom(`${name} incident`));
        const other = incidentWith(idFrom(`${name} other incident`));
        async function stored() {
          const found: unknown[] = [];
          for await (const each of catalog.incidents()) {
            if ([incident.incidentId, other.incidentId].includes(each.incidentId)) found.push(each);
          }
          return found;
        }
        for (const each of [incident, incident, other]) await catalog.putIncident(each);
        await vi.waitFor(async () => expect(await stored()).toHaveLength(2));
        expect(await stored()).toContainEqual(incident);
        await catalog.removeIncident(incident.incidentId);
        await catalog.removeIncident(incident.incidentId);
        await vi.waitFor(async () => expect(await stored()).toEqual([other]));
      });

      it('is no image', async () => {
        const incident = incidentWith(idFrom(`${name} incident that is no image`));
        await catalog.putIncident(incident);
        expect(await catalog.get(incident.incidentId)).toBeUndefined();
        for await (const failed of catalog.failed()) expect(failed).not.toBe(incident.incidentId);
      });
    });
  });
}
