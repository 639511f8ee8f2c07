import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ImageRecord } from '../../core/pipeline/record.ts';
import type { Catalog, Guard } from '../../core/ports.ts';
import { fullRecord, idFrom, PART, receivedRecord, unprocessableMessage } from '../support/record-factory.ts';
import { describeListings } from './catalog-listing-contract.ts';
import { describeUpdates } from './catalog-updates-contract.ts';

/** A catalog under test. It is made once for the suite; every test uses image ids of its own. */
export interface CatalogHarness {
  catalog: Catalog;
  close(): Promise<void>;
}

const DUE = '2026-02-03T05:00:00.000Z';
/** How long an index may lag behind on a busy machine. */
const SETTLES = { timeout: 10_000 };
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

    describeUpdates(name, () => catalog, created);
    describeListings(() => catalog, created);

    describe('uses of a day', () => {
      const quota = { count: 3, bytes: 100 };
      const one = { count: 1, bytes: 10 };

      it('are counted up to the quota of number and of bytes, for each counter and day', async () => {
        const [ann, bob] = [`${name} ann`, `${name} bob`];
        const count = (owner: string, day: string, wanted = one) =>
          catalog.countUse(owner, day, wanted, quota);
        expect(await count(ann, '2026-03-01', { count: 4, bytes: 10 })).toBe(false);
        expect(await count(ann, '2026-03-01', { count: 1, bytes: 101 })).toBe(false);
        expect(await count(ann, '2026-03-01', { count: 2, bytes: 90 })).toBe(true);
        expect(await count(ann, '2026-03-01', { count: 1, bytes: 11 })).toBe(false);
        expect(await count(ann, '2026-03-01')).toBe(true);
        expect(await count(ann, '2026-03-01', { count: 1, bytes: 0 })).toBe(false);
        expect(await count(bob, '2026-03-01')).toBe(true);
        expect(await count(ann, '2026-03-02')).toBe(true);
      });

      it('are all counted where they come at the same time, also at the beginning of a day', async () => {
        const owner = `${name} at once`;
        for (const day of ['2026-03-01', '2026-03-02']) {
          const asked = Array.from({ length: 8 }, () => catalog.countUse(owner, day, one, quota));
          expect((await Promise.all(asked)).filter(Boolean)).toHaveLength(3);
        }
      });
    });

    describe('concurrent updates', () => {
      it('lets exactly one of many through a guard that the first one closes', async () => {
        const { imageId } = await created();
        const outcomes = await Promise.all(
          Array.from({ length: 12 }, () =>
            catalog.update(
              imageId,
              { run: 1, states: ['RECEIVED'], startCountBelow: 1 },
              { add: { startCount: 1 } },
            ),
          ),
        );
        expect(outcomes.filter((outcome) => outcome !== undefined)).toHaveLength(1);
        expect((await catalog.get(imageId))?.startCount).toBe(1);
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
        }, SETTLES);
      });

      it('follows dueAt as it is set, moved and removed', async () => {
        const record = await created();
        const guard: Guard = { run: 1, states: ['RECEIVED'] };
        await catalog.update(record.imageId, guard, { set: { dueAt: DUE } });
        await vi.waitFor(async () => expect(await dueIds(DUE, [record])).toHaveLength(1), SETTLES);
        await catalog.update(record.imageId, { ...guard, dueAt: DUE }, { set: { dueAt: LATER } });
        await vi.waitFor(async () => expect(await dueIds(DUE, [record])).toHaveLength(0), SETTLES);
        await vi.waitFor(async () => expect(await dueIds(LATER, [record])).toHaveLength(1), SETTLES);
        await catalog.update(record.imageId, guard, { remove: ['dueAt'] });
        await vi.waitFor(async () => expect(await dueIds(LATER, [record])).toHaveLength(0), SETTLES);
      });

      it('lists all of many, each once, while they are moved on', async () => {
        const records = await Promise.all(Array.from({ length: 130 }, () => created({ dueAt: DUE })));
        const ids = new Set(records.map((record) => record.imageId));
        await vi.waitFor(async () => expect(await dueIds(DUE, records)).toHaveLength(130), SETTLES);
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
        await vi.waitFor(async () => expect(await dueIds(DUE, [record])).toHaveLength(1), SETTLES);
      });

      it('lists the failed ones while they are', async () => {
        const failed = await created({ state: 'FAILED' });
        const rejected = await created({ state: 'REJECTED' });
        async function failedIds(): Promise<string[]> {
          const found: string[] = [];
          for await (const id of catalog.failed()) found.push(id);
          return found.filter((id) => id === failed.imageId || id === rejected.imageId);
        }
        await vi.waitFor(async () => expect(await failedIds()).toEqual([failed.imageId]), SETTLES);
        await catalog.update(failed.imageId, { run: 1, states: ['FAILED'] }, { set: { state: 'RECEIVED' } });
        await vi.waitFor(async () => expect(await failedIds()).toEqual([]), SETTLES);
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

      it('is gone once it is forgotten, with what is known of the upload; again is no error', async () => {
        const { imageId, ...current } = await created();
        const other = await created();
        for (const run of [1, 2]) await catalog.archive({ ...current, imageId, run, state: 'FAILED' });
        await catalog.archive({ ...other, state: 'FAILED' });
        const uploads = ['forgotten', 'other'].map((upload) => `${name} ${upload}`) as [string, string];
        for (const upload of uploads) await catalog.putUpload(upload, { imageId, owner: 'ann' });
        for (let times = 0; times < 2; times += 1) await catalog.forget(imageId, uploads[0]);
        await catalog.forget(imageId, undefined);
        expect(await catalog.history(imageId)).toEqual([]);
        expect(await catalog.get(imageId)).toBeDefined();
        expect(await catalog.findUpload(uploads[0])).toBeUndefined();
        expect(await catalog.findUpload(uploads[1])).toBeDefined();
        expect(await catalog.history(other.imageId)).toHaveLength(1);
      });

      it('loses its owner, its name and its key where it is deleted', async () => {
        const { imageId, run, source } = await created({ owner: 'ann', album: 'Smith' });
        const buried = await catalog.update(
          imageId,
          { run, states: ['RECEIVED'] },
          {
            set: { state: 'DELETED', fileName: '', source: { ...source, key: '' } },
            remove: ['owner', 'album', 'dueAt'],
            clearFinished: true,
          },
        );
        expect(buried).toMatchObject({ fileName: '', source: { key: '' } });
        expect(buried).not.toHaveProperty('owner');
        expect(await catalog.get(imageId)).toEqual(buried);
      });

      it('shows no archived run as due or failed', async () => {
        const record = await created({ run: 2 });
        await catalog.archive({ ...record, run: 1, state: 'FAILED', dueAt: DUE });
        for await (const failed of catalog.failed()) expect(failed).not.toBe(record.imageId);
        for await (const due of catalog.due(LATER)) expect(due).not.toBe(record.imageId);
      });
    });

    describe('uploads', () => {
      it('are known by their id, and stay the image that they became first', async () => {
        const uploadId = idFrom(`${name} upload`).slice(0, 22);
        expect(await catalog.findUpload(uploadId)).toBeUndefined();
        const upload = { imageId: idFrom('first'), owner: 'alice' };
        await catalog.putUpload(uploadId, upload);
        await catalog.putUpload(uploadId, { imageId: idFrom('second'), owner: 'alice' });
        expect(await catalog.findUpload(uploadId)).toEqual(upload);
        expect(await catalog.get(upload.imageId)).toBeUndefined();
      });
    });

    describe('unprocessable messages', () => {
      it('keeps a message once, and removes it', async () => {
        const unprocessable = unprocessableMessage(idFrom(`${name} unprocessable`));
        const other = unprocessableMessage(idFrom(`${name} other unprocessable`));
        async function stored() {
          const found: unknown[] = [];
          for await (const each of catalog.unprocessableMessages()) {
            if ([unprocessable.messageId, other.messageId].includes(each.messageId)) found.push(each);
          }
          return found;
        }
        for (const each of [unprocessable, unprocessable, other]) await catalog.putUnprocessableMessage(each);
        await vi.waitFor(async () => expect(await stored()).toHaveLength(2));
        expect(await stored()).toContainEqual(unprocessable);
        await catalog.removeUnprocessableMessage(unprocessable.messageId);
        await catalog.removeUnprocessableMessage(unprocessable.messageId);
        await vi.waitFor(async () => expect(await stored()).toEqual([other]));
      });

      it('are no images', async () => {
        const unprocessable = unprocessableMessage(idFrom(`${name} unprocessable that is no image`));
        await catalog.putUnprocessableMessage(unprocessable);
        expect(await catalog.get(unprocessable.messageId)).toBeUndefined();
        for await (const failed of catalog.failed()) expect(failed).not.toBe(unprocessable.messageId);
      });
    });
  });
}
