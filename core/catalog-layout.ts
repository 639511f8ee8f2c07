/*
 * The one table of the catalog: lib/ makes it, and the adapter in lambdas/ uses it. The record of an image is the
 * entry `current`; its archived runs are `run#0001` and so on. Unprocessable messages share one partition.
 *
 * The indexes carry only their keys. A run writes its record about seven times, and DynamoDB writes such an index
 * only when a key changes. All indexes exist from the start, because CloudFormation adds at most one an update.
 */

/** Both keys are strings. */
export const TABLE_KEY = { partitionKey: 'imageId', sortKey: 'entry' } as const;

/** Global secondary indexes. All keys are strings. A record that lacks a key is not in the index. */
export const INDEXES = {
  /** What the sweeper has to look at. */
  due: { indexName: 'due', partitionKey: 'shard', sortKey: 'dueAt' },
  /** What can be redriven. */
  failed: { indexName: 'failed', partitionKey: 'failedShard', sortKey: 'createdAt' },
  /** The uploads of one user, by day. */
  owner: { indexName: 'owner', partitionKey: 'ownerShard', sortKey: 'createdAt' },
  /** The images of one recipe, by day. */
  recipe: { indexName: 'recipe', partitionKey: 'recipeShard', sortKey: 'createdAt' },
} as const;

/** The first hex digit of the image id spreads each index over 16 partitions, so that none becomes hot. */
export const SHARDS = [...'0123456789abcdef'];
