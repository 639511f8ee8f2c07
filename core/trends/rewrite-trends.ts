import { type ListPosition, MAX_PAGE_READS } from '../listing.ts';
import { UNDER_WAY } from '../pipeline/record.ts';
import type { Catalog, Clock, TrendStore } from '../ports.ts';
import { dayOf, type Measured, measuredOf, trendsOf } from './trends.ts';

const DAY_MS = 86_400_000;

/** The days that were written, and the images that counted. */
export interface TrendsReport {
  days: number;
  images: number;
}

/**
 * Writes the trends of whole days anew from the records, so that nothing counts twice: of yesterday, of today, and of the
 * days of which an image was processed again since.
 */
export async function rewriteTrends(ports: {
  catalog: Catalog;
  clock: Clock;
  trends: TrendStore;
}): Promise<TrendsReport> {
  const { trends, clock } = ports;
  const now = clock.now().getTime();
  const recent = [now - DAY_MS, now].map((ms) => dayOf(new Date(ms).toISOString()));
  const touched = await trends.touchedDays();
  const report = { days: 0, images: 0 };
  for (const day of new Set([...recent, ...touched])) {
    const { images, isUnderWay } = await imagesOf(ports.catalog, day);
    await trends.replaceDay(day, trendsOf(day, images));
    // While a run is under way, the day changes once more.
    if (touched.includes(day) && !isUnderWay) await trends.forgetTouched(day);
    report.days += 1;
    report.images += images.length;
  }
  return report;
}

/** The images that were uploaded on that day, those in the trash included. */
async function imagesOf(catalog: Catalog, day: string): Promise<{ images: Measured[]; isUnderWay: boolean }> {
  const images: Measured[] = [];
  let isUnderWay = false;
  for (const inTrash of [false, true]) {
    const query = { scope: { kind: 'all', inTrash }, from: day, to: `${day}~` } as const;
    let after: ListPosition | undefined;
    do {
      const page = await catalog.list(query, after, MAX_PAGE_READS);
      images.push(...page.records.map(measuredOf).filter((image) => image !== undefined));
      isUnderWay ||= page.records.some(({ state }) => UNDER_WAY.some((each) => each === state));
      after = page.next;
    } while (after !== undefined);
  }
  return { images, isUnderWay };
}
