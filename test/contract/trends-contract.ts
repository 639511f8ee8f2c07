import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { deleteImage } from '../../core/pipeline/delete-image.ts';
import type { ImageRecord } from '../../core/pipeline/record.ts';
import { sweep } from '../../core/pipeline/sweep.ts';
import type { Catalog, Ports, TrendMarks, TrendReader } from '../../core/ports.ts';
import { compareTrends, measuredOf, type Trend, trendsOf } from '../../core/trends/trends.ts';
import { ManualClock } from '../support/memory/manual-clock.ts';
import { MemoryExports } from '../support/memory/memory-exports.ts';
import { memoryLinks } from '../support/memory/memory-links.ts';
import { MemoryObjectStore } from '../support/memory/memory-object-store.ts';
import { MemoryPublisher } from '../support/memory/memory-publisher.ts';
import { fullRecord, idFrom } from '../support/record-factory.ts';
import { SETTINGS } from '../support/simulated/settings.ts';

/** Trends under test, over a catalog of their own. */
export interface TrendsHarness {
  catalog: Catalog;
  trends: TrendReader;
  /** Where they are kept. */
  marks?: TrendMarks;
  /** What the hourly job does at that time. */
  refresh(now: string): Promise<void>;
  close(): Promise<void>;
}

const NOW = '2026-03-02T10:00:00.000Z';
const [YESTERDAY, TODAY] = ['2026-03-01', '2026-03-02'];
const LAGS = { timeout: 10_000 };
const RANGE = { from: YESTERDAY, to: TODAY };

interface Made {
  day: string;
  owner?: string | undefined;
  recipe?: string;
  ssim?: number | null;
  psnrDb?: number | null;
}

function imageOf(name: string, { day, owner, recipe = 'vivid', ssim = 0.9, psnrDb = 40 }: Made): ImageRecord {
  const { reason: _, deletedAt: __, owner: ___, recipe: ____, ...record } = fullRecord(idFrom(name));
  return {
    ...record,
    ...(owner === undefined ? {} : { owner }),
    state: 'COMPLETE',
    createdAt: `${day}T08:00:00.000Z`,
    recipe: { name: recipe, recipe: fullRecord('a').recipe?.recipe as never },
    quality: {
      encode: { ssim, psnrDb, identical: psnrDb === null, ssimulacra2: 80 },
      detail: null,
      enhance: { ssim: null, psnrDb: null, identical: true },
    },
  };
}

/** What the deletion of an image needs, at that time. */
function deletingPorts({ catalog, marks }: TrendsHarness, now: string): Ports {
  const clock = new ManualClock(new Date(now));
  return {
    ...{ catalog, clock, settings: SETTINGS },
    ...(marks && { trendMarks: marks }),
    objects: new MemoryObjectStore(clock),
    queue: { send: async () => {}, backlog: async () => 0 },
    exports: new MemoryExports(),
    publisher: new MemoryPublisher(),
    links: memoryLinks(clock),
  };
}

/** What trends say, wherever they come from. */
export function describeTrends(name: string, open: () => Promise<TrendsHarness>): void {
  describe(`trends contract: ${name}`, () => {
    let harness: TrendsHarness;
    beforeEach(async () => {
      harness = await open();
    });
    afterEach(() => harness.close());

    async function expectTrends(owner: string | null, expected: readonly unknown[], now = NOW) {
      await vi.waitFor(async () => {
        await harness.refresh(now);
        expect(await harness.trends.read({ ...RANGE, owner })).toEqual(expected);
      }, LAGS);
    }

    it('give count, p10 and median of each measure by day, recipe and owner', async () => {
      for (let index = 1; index <= 11; index += 1) {
        const psnrDb = index === 1 ? null : 30 + index;
        await harness.catalog.create(
          imageOf(`a${index}`, { day: TODAY, owner: 'ann', ssim: index / 100, psnrDb }),
        );
      }
      await harness.catalog.create(imageOf('before', { day: YESTERDAY, owner: 'ann', recipe: 'plain' }));
      await harness.catalog.create(imageOf('other', { day: TODAY, owner: 'bob', ssim: 0.005 }));
      const failed = imageOf('failed', { day: TODAY, owner: 'ann', ssim: 0 });
      await harness.catalog.create({ ...failed, state: 'FAILED' });
      await harness.catalog.create(imageOf('too early', { day: '2026-02-28', owner: 'ann' }));
      const trashed = imageOf('in the trash', { day: YESTERDAY, owner: 'ann', recipe: 'plain' });
      await harness.catalog.create({ ...trashed, deletedAt: NOW });
      const score = { p10: 80, median: 80 };
      const plain = {
        ...{ day: YESTERDAY, recipe: 'plain', images: 2 },
        measures: {
          encodeSsim: { count: 2, p10: 0.9, median: 0.9 },
          encodePsnrDb: { count: 2, p10: 40, median: 40 },
          encodeScore: { count: 2, ...score },
        },
      };
      await expectTrends('ann', [
        { owner: 'ann', ...plain },
        {
          ...{ owner: 'ann', day: TODAY, recipe: 'vivid', images: 11 },
          measures: {
            encodeSsim: { count: 11, p10: 0.02, median: 0.06 },
            encodePsnrDb: { count: 10, p10: 32, median: 36 },
            encodeScore: { count: 11, ...score },
          },
        },
      ]);
      await expectTrends(null, [
        { owner: null, ...plain },
        {
          ...{ owner: null, day: TODAY, recipe: 'vivid', images: 12 },
          measures: {
            encodeSsim: { count: 12, p10: 0.01, median: 0.05 },
            encodePsnrDb: { count: 11, p10: 33, median: 37 },
            encodeScore: { count: 12, ...score },
          },
        },
      ]);
      expect(await harness.trends.read({ ...RANGE, owner: 'nobody' })).toEqual([]);
    });

    it('follow an image to another recipe and out of the catalog, and count nothing twice', async () => {
      const first = imageOf('first', { day: TODAY, owner: 'ann' });
      const guard = { run: first.run, states: ['COMPLETE'] } as const;
      await harness.catalog.create(first);
      const row = (recipe: string) => expect.objectContaining({ recipe, images: 1 });
      await expectTrends('ann', [row('vivid')]);
      await expectTrends('ann', [row('vivid')]);
      const { recipe } = imageOf('first', { day: TODAY, recipe: 'plain' });
      await harness.catalog.update(first.imageId, guard, { set: { recipe: recipe as never } });
      await expectTrends('ann', [row('plain')]);
      await harness.catalog.update(first.imageId, guard, { set: { state: 'DELETED' }, remove: ['quality'] });
      await expectTrends('ann', []);
      await expectTrends(null, []);
    });

    it('lose an image of long ago that is deleted for good, and count the others of its day', async () => {
      const [day, later] = ['2025-11-30', '2026-03-02T10:00:00.000Z'];
      const [kept, gone] = ['kept', 'gone'].map((name) => imageOf(name, { day, owner: 'ann' }));
      for (const image of [kept, gone]) await harness.catalog.create(image as ImageRecord);
      const read = () => harness.trends.read({ owner: 'ann', from: day, to: day });
      await vi.waitFor(async () => {
        await harness.refresh(`${day}T23:00:00.000Z`);
        expect(await read()).toMatchObject([{ day, images: 2 }]);
      }, LAGS);

      const ports = deletingPorts(harness, later);
      await deleteImage(ports, idFrom('gone'));
      await vi.waitFor(async () => {
        await sweep(ports);
        await harness.refresh(later);
        expect(await read()).toMatchObject([{ day, images: 1 }]);
      }, LAGS);
    });

    it('are the same as those that are calculated one by one', async () => {
      const images = Array.from({ length: 60 }, (_, index) => {
        const value = ((index * 37) % 101) / 100;
        return imageOf(`image ${index}`, {
          day: index % 3 === 0 ? TODAY : YESTERDAY,
          owner: index % 7 === 0 ? undefined : `owner-${index % 2}`,
          recipe: index % 5 === 0 ? 'plain' : 'vivid',
          ssim: index % 11 === 0 ? null : value,
          psnrDb: 30 + value,
        });
      });
      for (const image of images) await harness.catalog.create(image);
      const all = [YESTERDAY, TODAY].flatMap((day): Trend[] => {
        const ofDay = images.filter(({ createdAt }) => createdAt.startsWith(day));
        return trendsOf(
          day,
          ofDay.map(measuredOf).filter((image) => image !== undefined),
        );
      });
      for (const owner of ['owner-0', 'owner-1', null]) {
        const expected = all.filter((trend) => trend.owner === owner).sort(compareTrends);
        expect(expected.length).toBe(4);
        await expectTrends(owner, expected);
      }
    });
  });
}
