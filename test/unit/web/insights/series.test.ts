import { describe, expect, it } from 'vitest';
import type { Api } from '../../../../client/http.ts';
import type { ImagePage, ImageView, Trend } from '../../../../client/types.ts';
import { daysOf, lastDays } from '../../../../web/insights/period.ts';
import { readRejections } from '../../../../web/insights/rejections.ts';
import { newestFirst, qualitySeries, recipesOf, volumeLayers } from '../../../../web/insights/series.ts';

const trend = (day: string, recipe: string, images: number, median: number): Trend => ({
  day,
  recipe,
  owner: null,
  images,
  measures: { encodeScore: { count: images, p10: median - 5, median } },
});
const TRENDS = [
  trend('2026-05-01', 'plain', 2, 80),
  trend('2026-05-01', 'augment', 3, 70),
  trend('2026-05-03', 'plain', 4, 90),
];
const DAYS = daysOf({ from: '2026-05-01', to: '2026-05-03' });

describe('a period', () => {
  it('holds every day, beyond the ends of months, in UTC', () => {
    const now = Date.parse('2026-03-02T00:30:00.000Z');
    expect(daysOf(lastDays(4, now))).toEqual(['2026-02-27', '2026-02-28', '2026-03-01', '2026-03-02']);
    expect(daysOf(lastDays(90, now))).toHaveLength(90);
  });
});

describe('the series of the charts', () => {
  it('have a median and a p10 for each recipe, and gaps where nothing was uploaded', () => {
    expect(recipesOf(TRENDS)).toEqual(['augment', 'plain']);
    expect(qualitySeries(TRENDS, DAYS, 'encodeScore')).toEqual([
      { recipe: 'augment', isDashed: false, values: [70, null, null] },
      { recipe: 'augment', isDashed: true, values: [65, null, null] },
      { recipe: 'plain', isDashed: false, values: [80, null, 90] },
      { recipe: 'plain', isDashed: true, values: [75, null, 85] },
    ]);
    // No image has it: identical pictures have no PSNR.
    expect(qualitySeries(TRENDS, DAYS, 'encodePsnrDb').flatMap(({ values }) => values)).toEqual(
      Array(12).fill(null),
    );
  });

  it('stack the recipes of a day, the whole first, so that none hides another', () => {
    expect(volumeLayers(TRENDS, DAYS)).toEqual([
      { recipe: 'plain', isDashed: false, values: [5, null, 4] },
      { recipe: 'augment', isDashed: false, values: [3, null, null] },
    ]);
  });

  it('are listed from the newest day on', () => {
    expect(newestFirst(TRENDS).map(({ day, recipe }) => `${day} ${recipe}`)).toEqual([
      '2026-05-03 plain',
      '2026-05-01 augment',
      '2026-05-01 plain',
    ]);
  });
});

describe('the rejections', () => {
  const rejected = (code: string) => ({ reason: { code, message: '' } }) as ImageView;
  const page = (codes: string[], next: string | null): ImagePage => {
    return { images: codes.map(rejected), next, total: null };
  };

  /** Answers these pages, then the last one again and again. */
  function apiOf(pages: readonly ImagePage[]) {
    const asked: unknown[] = [];
    const call = async (_: string, { query }: { query: unknown }) => {
      asked.push(query);
      return pages[Math.min(asked.length, pages.length) - 1];
    };
    return { api: { call } as unknown as Api, asked };
  }
  const period = { from: '2026-05-01', to: '2026-05-03' };
  const { signal } = new AbortController();

  it('are counted by reason over all pages, an empty one included', async () => {
    const { api, asked } = apiOf([page(['A', 'B'], 'x'), page([], 'y'), page(['B'], null)]);
    expect(await readRejections(api, period, false, signal)).toEqual({
      byCode: [
        ['B', 2],
        ['A', 1],
      ],
      count: 3,
      isComplete: true,
    });
    expect(asked[2]).toEqual({
      state: 'REJECTED',
      from: '2026-05-01T00:00:00.000Z',
      to: '2026-05-03T23:59:59.999Z',
      limit: 200,
      cursor: 'y',
    });
  });

  it('say so where there are more than anybody waits for', async () => {
    const { api, asked } = apiOf([page(['A'], 'on')]);
    const { count, isComplete } = await readRejections(api, period, true, signal);
    expect([count, isComplete, asked.length]).toEqual([10, false, 10]);
    expect(asked[0]).toMatchObject({ all: true });
  });
});
