import { describe, expect, it } from 'vitest';
import type { ListPosition, ListQuery, ListScope } from '../../core/listing.ts';
import type { ImageRecord } from '../../core/pipeline/record.ts';
import type { Catalog, Guard } from '../../core/ports.ts';
import { RECIPE } from '../support/record-factory.ts';

const DAY = '2031-05-06';
const RECEIVED: Guard = { run: 1, states: ['RECEIVED'] };

/** The part of the catalog contract that is about listings: scopes, order, pages, filters, counts and albums. */
export function describeListings(
  currentCatalog: () => Catalog,
  created: (overrides?: Partial<ImageRecord>) => Promise<ImageRecord>,
): void {
  /** An owner that no other test has. */
  const someOwner = () => `owner-${Math.random()}`;
  const ownedBy = (owner: string, inTrash = false): ListQuery => ({
    scope: { kind: 'owner', owner, inTrash },
  });
  const albumOf = (owner: string, album: string): ListQuery => ({ scope: { kind: 'album', owner, album } });

  /** The ids of a listing, page by page; a page may be short. */
  async function idsOf(query: ListQuery, limit = 500): Promise<string[]> {
    const ids: string[] = [];
    let after: ListPosition | undefined;
    do {
      const page = await currentCatalog().list(query, after, limit);
      expect(page.records.length).toBeLessThanOrEqual(limit);
      ids.push(...page.records.map(({ imageId }) => imageId));
      after = page.next;
    } while (after);
    return ids;
  }

  describe('listings', () => {
    it('shows the records of an owner as they are, newest first, and those of nobody else', async () => {
      const owner = someOwner();
      const old = await created({ owner, createdAt: `${DAY}T10:00:00.000Z` });
      const recent = await created({ owner, createdAt: `${DAY}T10:00:00.001Z` });
      await created({ owner: someOwner(), createdAt: `${DAY}T10:00:00.000Z` });
      await created({ createdAt: `${DAY}T10:00:00.000Z` });
      const page = await currentCatalog().list(ownedBy(owner), undefined, 10);
      expect(page).toEqual({ records: [recent, old], next: undefined });
    });

    it.each([1, 3, 7, 40])('comes whole in pages of %i, in one order, ties by image id', async (limit) => {
      const owner = someOwner();
      const records = await Promise.all(
        Array.from({ length: 40 }, (_, n) => created({ owner, createdAt: `${DAY}T10:00:0${n % 4}.000Z` })),
      );
      const sorted = records.sort(
        (a, b) => b.createdAt.localeCompare(a.createdAt) || (a.imageId < b.imageId ? -1 : 1),
      );
      expect(await idsOf(ownedBy(owner), limit)).toEqual(sorted.map(({ imageId }) => imageId));
    });

    it('goes on behind its last image while others arrive', async () => {
      const owner = someOwner();
      const [a, b, c] = [
        await created({ owner, createdAt: `${DAY}T10:00:01.000Z` }),
        await created({ owner, createdAt: `${DAY}T10:00:02.000Z` }),
        await created({ owner, createdAt: `${DAY}T10:00:03.000Z` }),
      ];
      const first = await currentCatalog().list(ownedBy(owner), undefined, 2);
      expect(first.records).toEqual([c, b]);
      await created({ owner, createdAt: `${DAY}T10:00:04.000Z` });
      const second = await currentCatalog().list(ownedBy(owner), first.next, 2);
      expect(second).toEqual({ records: [a], next: undefined });
    });

    it('is empty where there is nothing', async () => {
      expect(await currentCatalog().list(ownedBy(someOwner()), undefined, 10)).toEqual({
        records: [],
        next: undefined,
      });
    });

    it('lists all images, also those without an owner', async () => {
      const day = { createdAt: '2033-01-02T00:00:00.000Z' };
      const among = [await created({ ...day, owner: someOwner() }), await created(day)];
      const query: ListQuery = {
        scope: { kind: 'all', inTrash: false },
        from: '2033-01-02',
        to: '2033-01-03',
      };
      expect(await idsOf(query)).toEqual(among.map(({ imageId }) => imageId).sort());
    });

    it('moves an image to the trash and back, in its owner’s list, its album and that of all', async () => {
      const owner = someOwner();
      const createdAt = '2033-02-03T00:00:00.000Z';
      const { imageId } = await created({ owner, album: 'Trip', createdAt });
      const all = (inTrash: boolean): ListQuery => {
        return { scope: { kind: 'all', inTrash }, from: createdAt, to: createdAt };
      };
      const places = async () =>
        Promise.all([
          idsOf(ownedBy(owner)),
          idsOf(ownedBy(owner, true)),
          idsOf(albumOf(owner, 'Trip')),
          idsOf(all(false)),
          idsOf(all(true)),
        ]);
      const listed = [[imageId], [], [imageId], [imageId], []];
      expect(await places()).toEqual(listed);
      await currentCatalog().update(imageId, RECEIVED, { set: { deletedAt: createdAt } });
      expect(await places()).toEqual([[], [imageId], [], [], [imageId]]);
      await currentCatalog().update(imageId, { ...RECEIVED, inTrash: true }, { remove: ['deletedAt'] });
      expect(await places()).toEqual(listed);
      await currentCatalog().update(imageId, RECEIVED, { set: { state: 'DELETED', dueAt: createdAt } });
      expect(await places()).toEqual([[], [], [], [], []]);
    });

    it('stays due in the trash and as a tombstone', async () => {
      const dueAt = '2026-02-03T05:00:00.000Z';
      const { imageId } = await created({ owner: someOwner(), dueAt });
      const isDue = async () => {
        for await (const id of currentCatalog().due(dueAt)) if (id === imageId) return true;
        return false;
      };
      await currentCatalog().update(imageId, RECEIVED, { set: { deletedAt: dueAt } });
      expect(await isDue()).toBe(true);
      await currentCatalog().update(imageId, RECEIVED, { set: { state: 'DELETED' } });
      expect(await isDue()).toBe(true);
    });
  });

  describe('albums', () => {
    it('sort by the local time of the capture, and by the upload where none is known', async () => {
      const owner = someOwner();
      const shots = [
        { capturedAt: '2031-05-06T09:00:00', createdAt: '2031-05-07T00:00:00.000Z' },
        // Half past nine in the evening of Greenwich, and yet the next shot by the camera's clock.
        { capturedAt: '2031-05-06T09:30:00.250+12:00', createdAt: '2031-05-08T00:00:00.000Z' },
        { createdAt: '2031-05-06T09:45:00.000Z' },
        { capturedAt: '2031-05-06T10:00:00-11:00', createdAt: '2031-05-05T00:00:00.000Z' },
      ];
      const ids: string[] = [];
      for (const shot of shots.toReversed())
        ids.unshift((await created({ ...shot, owner, album: 'A' })).imageId);
      for (const limit of [1, 2, 500]) expect(await idsOf(albumOf(owner, 'A'), limit)).toEqual(ids);
    });

    it('take an image in, move it when its capture date is known, and let it go', async () => {
      const owner = someOwner();
      const first = await created({ owner, album: 'A', createdAt: `${DAY}T10:00:00.000Z` });
      const moving = await created({ owner, createdAt: `${DAY}T11:00:00.000Z` });
      await currentCatalog().update(moving.imageId, RECEIVED, { set: { album: 'A' } });
      expect(await idsOf(albumOf(owner, 'A'))).toEqual([first.imageId, moving.imageId]);
      await currentCatalog().update(moving.imageId, RECEIVED, { set: { capturedAt: `${DAY}T09:00:00` } });
      expect(await idsOf(albumOf(owner, 'A'))).toEqual([moving.imageId, first.imageId]);
      await currentCatalog().update(moving.imageId, RECEIVED, { set: { album: 'B' } });
      expect(await idsOf(albumOf(owner, 'A'))).toEqual([first.imageId]);
      expect(await idsOf(albumOf(owner, 'B'))).toEqual([moving.imageId]);
      await currentCatalog().update(moving.imageId, RECEIVED, { remove: ['album'] });
      expect(await idsOf(albumOf(owner, 'B'))).toEqual([]);
    });

    it('belong to one owner each, and images without an owner have their own', async () => {
      const [ann, bob] = [someOwner(), someOwner()];
      const album = `Shared name ${Math.random()}`;
      const hers = await created({ owner: ann, album });
      const his = await created({ owner: bob, album });
      const none = await created({ album });
      expect(await idsOf(albumOf(ann, album))).toEqual([hers.imageId]);
      expect(await idsOf(albumOf(bob, album))).toEqual([his.imageId]);
      expect(await idsOf({ scope: { kind: 'album', owner: undefined, album } })).toEqual([none.imageId]);
      expect(await currentCatalog().albums(undefined)).toContainEqual({ album, images: 1 });
    });

    it('are counted by name while they have images', async () => {
      const owner = someOwner();
      for (const album of ['Straße', 'Beach', 'Beach']) await created({ owner, album });
      const { imageId } = await created({ owner });
      await currentCatalog().update(imageId, RECEIVED, { set: { album: 'Beach/Évening #1' } });
      const beach = { album: 'Beach', images: 2 };
      const street = { album: 'Straße', images: 1 };
      expect(await currentCatalog().albums(owner)).toEqual([
        beach,
        { album: 'Beach/Évening #1', images: 1 },
        street,
      ]);
      await currentCatalog().update(imageId, RECEIVED, { set: { deletedAt: `${DAY}T10:00:00.000Z` } });
      expect(await currentCatalog().albums(owner)).toEqual([beach, street]);
    });
  });

  describe('filters and counts', () => {
    async function library(owner: string): Promise<Record<string, string>> {
      const ids: Record<string, string> = {};
      const kinds: Record<string, Partial<ImageRecord>> = {
        plain: { fileName: 'IMG_0001.JPG' },
        failed: { fileName: 'img_0002.jpg', state: 'FAILED' },
        rejected: { fileName: 'Ärger 100%.png', state: 'REJECTED' },
        vivid: { fileName: 'a_b.tif', recipe: { ...RECIPE, name: 'vivid' } },
      };
      for (const [index, kind] of Object.keys(kinds).entries()) {
        const createdAt = `2031-05-0${index + 1}T12:00:00.000Z`;
        ids[kind] = (await created({ owner, album: 'A', createdAt, ...kinds[kind] })).imageId;
      }
      return ids;
    }

    const cases: [string, Partial<ListQuery>, string[]][] = [
      ['a state', { states: ['FAILED'] }, ['failed']],
      ['states', { states: ['FAILED', 'REJECTED'] }, ['failed', 'rejected']],
      ['no state', { states: [] }, []],
      ['a recipe', { recipe: 'vivid' }, ['vivid']],
      ['a part of the name in any case', { name: 'MG_' }, ['plain', 'failed']],
      ['a name with an accent of two characters', { name: 'A\u0308RGER' }, ['rejected']],
      ['a name with what a pattern would take as a wildcard', { name: '%' }, ['rejected']],
      ['a name with what a pattern would take as any letter', { name: 'a_b' }, ['vivid']],
      ['a first day', { from: '2031-05-03' }, ['rejected', 'vivid']],
      ['a last moment, which is included', { to: '2031-05-02T12:00:00.000Z' }, ['plain', 'failed']],
      ['days', { from: '2031-05-02', to: '2031-05-04' }, ['failed', 'rejected']],
      ['days in the wrong order', { from: '2031-05-04', to: '2031-05-02' }, []],
      ['everything at once', { states: ['FAILED'], name: 'img', from: '2031-05-02' }, ['failed']],
    ];

    it.each(cases)('finds images by %s', async (_, filter, kinds) => {
      const owner = someOwner();
      const ids = await library(owner);
      const expected = kinds.map((kind) => ids[kind]);
      const scopes: ListScope[] = [ownedBy(owner).scope, albumOf(owner, 'A').scope];
      for (const scope of scopes) {
        const inOrder = scope.kind === 'album' ? expected : expected.toReversed();
        // An album is sorted, and filtered by date, without the Z.
        const to = filter.to?.replace('Z', '');
        const query = { ...filter, ...(scope.kind === 'album' && to ? { to } : {}), scope };
        for (const limit of [1, 500]) expect(await idsOf(query, limit), scope.kind).toEqual(inOrder);
        const count = await currentCatalog().count(query);
        const isFiltered = 'states' in filter || 'recipe' in filter || 'name' in filter;
        if (count !== null) expect(count).toEqual({ count: expected.length, isExact: true });
        else expect(isFiltered).toBe(true);
      }
    });
  });

  describe('revision', () => {
    it('counts every change, and nothing else', async () => {
      const { imageId } = await created();
      const catalog = currentCatalog();
      const changes = await Promise.all(
        Array.from({ length: 6 }, (_, n) =>
          catalog.update(imageId, RECEIVED, n % 2 ? { set: { album: `${n}` } } : { add: { repairs: 1 } }),
        ),
      );
      expect(changes.map((record) => record?.revision).sort()).toEqual([2, 3, 4, 5, 6, 7]);
      await catalog.update(imageId, { ...RECEIVED, run: 2 }, { add: { repairs: 1 } });
      expect(await catalog.get(imageId)).toMatchObject({ revision: 7, repairs: 3 });
    });
  });
}
