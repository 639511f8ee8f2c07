import {
  hasFilters,
  isListed,
  type ListPosition,
  type ListQuery,
  MAX_PAGE_READS,
} from '../../core/listing.ts';
import type { ImageRecord } from '../../core/pipeline/record.ts';
import type { Catalog } from '../../core/ports.ts';
import { albumsPartitionOf } from './catalog-keys.ts';
import { keyOf, recordOf } from './dynamo-records.ts';
import { BATCH_KEYS, type DynamoTable } from './dynamo-table.ts';
import { listedEntries, rangesOf } from './index-entries.ts';
import { inParallel, take } from './merge.ts';

/** Entries of an index that are counted; of a larger listing it is only known that it has more. */
const MAX_COUNT = 10_000;
/** Albums that are counted at the same time. */
const ALBUMS_AT_ONCE = 16;

/** Listings by the indexes, which hold keys alone; their records are read in batches. */
export function dynamoListing(table: DynamoTable): Pick<Catalog, 'list' | 'count' | 'albums'> {
  async function recordsOf(entries: readonly ListPosition[]): Promise<(ImageRecord | undefined)[]> {
    const items = await table.batchGet(entries.map(({ imageId }) => keyOf(imageId)));
    const records = new Map(items.map((item) => [item.imageId, recordOf(item)]));
    return entries.map(({ imageId }) => records.get(imageId));
  }

  async function countOf(query: ListQuery, most?: number): Promise<number> {
    const counts = await Promise.all(rangesOf(query).map((range) => table.count(range, most)));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  return {
    async list(query, after, limit) {
      const most = hasFilters(query) ? MAX_PAGE_READS : Math.min(limit, MAX_PAGE_READS);
      const entries = listedEntries(table, query, { after, most });
      const records: ImageRecord[] = [];
      let next = after;
      for (let left = most; left > 0; ) {
        const batch = await take(entries, Math.min(BATCH_KEYS, left));
        if (batch.length === 0) return { records, next: undefined };
        left -= batch.length;
        const found = await recordsOf(batch);
        for (const [index, record] of found.entries()) {
          next = batch[index];
          // An index lags behind its table by a moment, so the record decides.
          if (record !== undefined && isListed(record, query)) records.push(record);
          if (records.length === limit && index < batch.length - 1) return { records, next };
        }
        if (records.length === limit) break;
      }
      const isEnd = (await entries.next()).done;
      return { records, next: isEnd ? undefined : next };
    },

    async count(query) {
      if (hasFilters(query)) return null;
      const count = await countOf(query, MAX_COUNT);
      return count > MAX_COUNT ? { count: MAX_COUNT, isExact: false } : { count, isExact: true };
    },

    async albums(owner) {
      const names: string[] = [];
      const items = table.query<{ entry: string }>({
        KeyConditionExpression: 'imageId = :albums',
        ExpressionAttributeValues: { ':albums': albumsPartitionOf(owner) },
      });
      for await (const { entry } of items) names.push(entry);
      const albums = await inParallel(names, ALBUMS_AT_ONCE, async (album) => {
        return { album, images: await countOf({ scope: { kind: 'album', owner, album } }) };
      });
      return albums.filter(({ images }) => images > 0);
    },
  };
}
