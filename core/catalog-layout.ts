/*
 * The one table of the catalog, as its construct makes it and its adapter uses it. An image's record is the entry
 * `current` beside its archived runs `run#0001`, …; incidents have a partition of their own.
 *
 * Every index is keys only: a record is written some seven times a run, and an index that carries no more than
 * its keys is written only when these change. All indexes are there from the start, as CloudFormation adds no
 * more than one an update.
 */

/** Both keys are strings. */
export const TABLE_KEY = { partitionKey: 'imageId', sortKey: 'entry' } as const;

/** Global secondary indexes; all their keys are strings, and a record without them is not in the index. */
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

/** Every index is spread over 16 partitions, by the first hex digit of the image id, so that none grows hot. */
export const SHARDS = [...'0123456789abcdef'];
