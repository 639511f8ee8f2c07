import { INDEXES, SECTIONS, SHARDS } from '../../core/catalog-layout.ts';
import { comparePositions, type ListPosition, type ListQuery, type ListScope } from '../../core/listing.ts';
import { albumKeyOf, ownerShardOf } from './catalog-keys.ts';
import type { DynamoTable, Item, Query } from './dynamo-table.ts';
import { merged } from './merge.ts';

/** Entries that the first query of a shard reads at least: 20 of them are about 4 KB, half a read unit. */
const MIN_SHARD_READS = 20;

/** The entries of a listing in its order, from all shards of its index, after that position. */
export function listedEntries(
  table: DynamoTable,
  query: ListQuery,
  { after, most }: { after: ListPosition | undefined; most: number },
): AsyncGenerator<ListPosition> {
  const compare = (a: ListPosition, b: ListPosition) => comparePositions(query.scope, a, b);
  const ranges = rangesOf(query, after);
  // Twice the mean is nearly always enough. Two more than asked show that the last tie ends, and that there is a next page.
  const limit = ranges.length === 1 ? most + 2 : Math.max(MIN_SHARD_READS, Math.ceil((2 * most) / 16));
  const sortKey = indexOf(query.scope).sortKey;
  return merged(
    ranges.map(async function* (range) {
      for await (const entry of inOrder(table.query<Item>({ ...range, Limit: limit }), sortKey, compare)) {
        if (after === undefined || compare(entry, after) > 0) yield entry;
      }
    }),
    compare,
  );
}

/** The queries that find the entries of a listing, one for each shard; none where its dates contradict each other. */
export function rangesOf({ scope, from, to }: ListQuery, after?: ListPosition): Query[] {
  const ascending = scope.kind === 'album';
  const low = ascending ? later(from, after?.sortKey) : from;
  const high = ascending ? to : earlier(to, after?.sortKey);
  if (low !== undefined && high !== undefined && low > high) return [];
  const { indexName, partitionKey, sortKey } = indexOf(scope);
  const bounds = [
    ...(low === undefined || high === undefined ? [] : ['#sort BETWEEN :low AND :high']),
    ...(low === undefined || high !== undefined ? [] : ['#sort >= :low']),
    ...(high === undefined || low !== undefined ? [] : ['#sort <= :high']),
  ];
  return partitionsOf(scope).map((partition) => ({
    IndexName: indexName,
    KeyConditionExpression: ['#partition = :partition', ...bounds].join(' AND '),
    ExpressionAttributeNames: { '#partition': partitionKey, ...(bounds.length > 0 && { '#sort': sortKey }) },
    ExpressionAttributeValues: {
      ':partition': partition,
      ...(low !== undefined && { ':low': low }),
      ...(high !== undefined && { ':high': high }),
    },
    ScanIndexForward: ascending,
  }));
}

function partitionsOf(scope: ListScope): string[] {
  if (scope.kind === 'album') return [albumKeyOf(scope.owner, scope.album)];
  const section = scope.inTrash ? SECTIONS.trash : SECTIONS.listed;
  return SHARDS.map((digit) =>
    scope.kind === 'owner' ? ownerShardOf(scope.owner, digit + section) : digit + section,
  );
}

function indexOf({ kind }: ListScope) {
  return INDEXES[kind];
}

/** The entries of one partition. DynamoDB sorts them by their sort key, and leaves the order of ties open. */
async function* inOrder(
  items: AsyncIterable<Item>,
  sortKey: string,
  compare: (a: ListPosition, b: ListPosition) => number,
): AsyncGenerator<ListPosition> {
  let ties: ListPosition[] = [];
  for await (const item of items) {
    const entry = { sortKey: String(item[sortKey]), imageId: String(item.imageId) };
    if (ties[0] !== undefined && ties[0].sortKey !== entry.sortKey) {
      yield* ties.sort(compare);
      ties = [];
    }
    ties.push(entry);
  }
  yield* ties.sort(compare);
}

function later(a: string | undefined, b: string | undefined): string | undefined {
  return a === undefined || b === undefined ? (a ?? b) : a > b ? a : b;
}

function earlier(a: string | undefined, b: string | undefined): string | undefined {
  return a === undefined || b === undefined ? (a ?? b) : a < b ? a : b;
}
