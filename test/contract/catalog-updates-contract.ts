import { describe, expect, it } from 'vitest';
import type { ImageRecord } from '../../core/pipeline/record.ts';
import type { Catalog, Change, Guard } from '../../core/ports.ts';
import { fullRecord, idFrom, PART, RECIPE, receivedRecord } from '../support/record-factory.ts';

const DUE = '2026-02-03T05:00:00.000Z';
const LATER = '2026-02-03T05:00:00.001Z';

/**
 * The part of the catalog contract that is about one update at a time: each clause of a guard, each kind of change.
 *
 * @param currentCatalog the catalog, once the tests run
 * @param created stores a new record, with an id of its own where none is given
 */
export function describeUpdates(
  name: string,
  currentCatalog: () => Catalog,
  created: (overrides?: Partial<ImageRecord>) => Promise<ImageRecord>,
): void {
  describe('guards', () => {
    const record: Partial<ImageRecord> = {
      run: 2,
      attempt: 3,
      state: 'PROCESSING',
      startCount: 1,
      repairs: 2,
      dueAt: DUE,
      finished: { processed: PART, '90': PART },
    };
    const base: Guard = { run: 2, states: ['RECEIVED', 'PROCESSING'] };
    const published: Partial<ImageRecord> = { ...record, publishedAt: DUE };

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
        holds: { ...base, startCountBelow: 2 },
        fails: { ...base, startCountBelow: 1 },
      },
      {
        clause: 'resendsBelow',
        of: record,
        holds: { ...base, repairsBelow: 3 },
        fails: { ...base, repairsBelow: 2 },
      },
      {
        clause: 'finished',
        of: record,
        holds: { ...base, finished: ['90', 'processed'] },
        fails: { ...base, finished: ['processed', '180'] },
      },
      {
        clause: 'inTrash: false',
        of: record,
        holds: { ...base, inTrash: false },
        fails: { ...base, inTrash: true },
      },
      {
        clause: 'inTrash: true',
        of: { ...record, deletedAt: DUE },
        holds: { ...base, inTrash: true },
        fails: { ...base, inTrash: false },
      },
      {
        clause: 'inAlbum: false',
        of: record,
        holds: { ...base, inAlbum: false },
        fails: { ...base, inAlbum: true },
      },
      {
        clause: 'inAlbum: true',
        of: { ...record, album: 'Autumn' },
        holds: { ...base, inAlbum: true },
        fails: { ...base, inAlbum: false },
      },
      {
        clause: 'announced: false',
        of: record,
        holds: { ...base, published: false },
        fails: { ...base, published: true },
      },
      {
        clause: 'announced: true',
        of: published,
        holds: { ...base, published: true },
        fails: { ...base, published: false },
      },
    ];

    for (const { clause, of, holds, fails } of clauses) {
      it(`changes a record only where "${clause}" holds`, async () => {
        const before = await created(of);
        expect(
          await currentCatalog().update(before.imageId, fails, { set: { state: 'FANNED_OUT' } }),
        ).toBeUndefined();
        expect(await currentCatalog().get(before.imageId)).toEqual(before);

        const after = await currentCatalog().update(before.imageId, holds, { set: { state: 'FANNED_OUT' } });
        expect(after).toEqual({ ...before, revision: 2, state: 'FANNED_OUT' });
        expect(await currentCatalog().get(before.imageId)).toEqual(after);
      });
    }

    it('holds "dueAt" of no record that has none', async () => {
      const { imageId } = await created();
      const guard: Guard = { run: 1, states: ['RECEIVED'], dueAt: DUE };
      expect(await currentCatalog().update(imageId, guard, { set: { state: 'FAILED' } })).toBeUndefined();
    });

    it('holds an empty list of finished parts', async () => {
      const { imageId } = await created();
      const guard: Guard = { run: 1, states: ['RECEIVED'], finished: [] };
      expect(await currentCatalog().update(imageId, guard, { set: { state: 'COMPLETE' } })).toBeDefined();
    });

    it('needs every clause at once', async () => {
      const { imageId } = await created(record);
      const guard: Guard = { ...base, attempt: 3, startCountBelow: 2, finished: ['180'] };
      expect(await currentCatalog().update(imageId, guard, { set: { state: 'COMPLETE' } })).toBeUndefined();
    });

    it('makes no record where there was none', async () => {
      const imageId = idFrom(`${name} absent`);
      const guard: Guard = { run: 1, states: ['RECEIVED'] };
      expect(await currentCatalog().update(imageId, guard, { set: { state: 'FAILED' } })).toBeUndefined();
      expect(await currentCatalog().get(imageId)).toBeUndefined();
    });
  });

  describe('changes', () => {
    const anyState: Guard = {
      run: 1,
      states: ['RECEIVED', 'PROCESSING', 'FANNED_OUT', 'COMPLETE', 'REJECTED', 'FAILED', 'DELETED'],
    };

    async function changed(change: Change, overrides: Partial<ImageRecord> = {}) {
      const before = await created(overrides);
      const after = await currentCatalog().update(before.imageId, anyState, change);
      expect(await currentCatalog().get(before.imageId)).toEqual(after);
      return { before, after };
    }

    it('sets fields, new ones and old ones', async () => {
      const full = fullRecord('unused');
      const set: Change['set'] = {
        state: 'PROCESSING',
        recipe: RECIPE,
        expected: ['processed', '90'],
        ...(full.imageInfo && { imageInfo: full.imageInfo }),
        ...(full.quality && { quality: full.quality }),
        timingsMs: {},
        source: { ...full.source, key: 'other key', bytes: 0 },
        dueAt: DUE,
        run: 2,
        startCount: 0,
      };
      const { before, after } = await changed({ set }, { startCount: 2 });
      expect(after).toEqual({ ...before, ...set, revision: 2 });
    });

    it('removes fields, and is content where one is missing already', async () => {
      const full = fullRecord('unused');
      const { recipe, expected, ...rest } = full;
      const { after } = await changed(
        {
          remove: [
            'recipe',
            'expected',
            'imageInfo',
            'hasDetails',
            'warnings',
            'quality',
            'timingsMs',
            'reason',
            'lastError',
            'dueAt',
            'album',
            'capturedAt',
            'thumbhash',
            'thumb',
            'deletedAt',
          ],
        },
        { ...rest, imageId: idFrom(`${name} removes`), run: 1 },
      );
      expect(after).toEqual(
        receivedRecord(idFrom(`${name} removes`), {
          attempt: 2,
          state: 'FAILED',
          revision: 18,
          owner: 'user-1',
          finished: full.finished,
          startCount: 2,
          repairs: 1,
          startedAt: '2026-02-03T04:05:08.000Z',
          endedAt: '2026-02-03T06:00:00.000Z',
          publishedAt: '2026-02-03T06:00:01.000Z',
        }),
      );
    });

    it('adds to the counters', async () => {
      const { before, after } = await changed(
        { add: { startCount: 1, repairs: 2, computeMs: 70 } },
        { startCount: 1 },
      );
      expect(after).toEqual({ ...before, revision: 2, startCount: 2, repairs: 2, computeMs: 70 });
    });

    it('adds to a counter below its old value', async () => {
      const { after } = await changed({ add: { startCount: -1 } }, { startCount: 1 });
      expect(after?.startCount).toBe(0);
    });

    it('adds parts as a set: a repeated one changes nothing', async () => {
      const { before, after } = await changed({ parts: { '90': PART } }, { finished: { processed: PART } });
      expect(after).toEqual({ ...before, revision: 2, finished: { processed: PART, '90': PART } });
      expect(await currentCatalog().update(before.imageId, anyState, { parts: { '90': PART } })).toEqual({
        ...after,
        revision: 3,
      });
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
          add: { startCount: 1 },
          parts: { processed: PART },
        },
        { dueAt: DUE },
      );
      const { dueAt, ...rest } = before;
      expect(after).toEqual({
        ...rest,
        revision: 2,
        state: 'PROCESSING',
        startedAt: LATER,
        startCount: 1,
        finished: { processed: PART },
      });
    });
  });
}
