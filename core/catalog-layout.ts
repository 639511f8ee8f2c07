/*
 * The one table of the catalog: lib/ makes it, and the adapter in lambdas/ uses it. The record of an image is the
 * entry `current`; its archived runs are `run#0001` and so on. Unprocessable messages share one partition, and the
 * names of an owner's albums another. Each export has a partition of its own, until it expires.
 *
 * The indexes carry only their keys. A run writes its record about seven times, and DynamoDB writes such an index
 * only when a key changes. A new table gets all indexes at once; docs/releasing.md says how an existing one does.
 */

/** Both keys are strings. */
export const TABLE_KEY = { partitionKey: 'imageId', sortKey: 'entry' } as const;

/** Global secondary indexes. All keys are strings. A record that lacks a key is not in the index. */
export const INDEXES = {
  /** What the sweeper has to look at. */
  due: { indexName: 'due', partitionKey: 'shard', sortKey: 'dueAt' },
  /** What can be redriven. */
  failed: { indexName: 'failed', partitionKey: 'failedShard', sortKey: 'createdAt' },
  /** The images of one user, or those in the user's trash, by upload. */
  owner: { indexName: 'owner', partitionKey: 'ownerShard', sortKey: 'createdAt' },
  /** The images of one album of an owner, by capture. */
  album: { indexName: 'album', partitionKey: 'albumKey', sortKey: 'albumSort' },
  /** All images, or all in the trash, by upload. */
  all: { indexName: 'all', partitionKey: 'shard', sortKey: 'createdAt' },
} as const;

/** When DynamoDB may delete an item, in seconds since 1970. No record of an image has it. */
export const EXPIRY_ATTRIBUTE = 'expiresAtS';

/** The first hex digit of the image id spreads each index over 16 partitions, so that none becomes hot. */
export const SHARDS = [...'0123456789abcdef'];

/** What is in the trash has shards of its own, so that no listing reads over it. A tombstone goes there while it is due. */
export const SECTIONS = { listed: '', trash: '#trash' } as const;
