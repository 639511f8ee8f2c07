/*
 * The table of live updates: lib/ makes it, and the adapters in lambdas/ use it. It holds tickets for seconds and sockets
 * for hours, and nothing that cannot be lost: clients connect again and read what they missed.
 *
 * A ticket is one item. A socket is two: one under whose images it watches, by which it is found, and one under its own
 * id, by which it is removed. An index would find a new socket late, and its first messages would be lost.
 */

/** Both keys are strings. */
export const LIVE_TABLE_KEY = { partitionKey: 'key', sortKey: 'entry' } as const;

/** Seconds since 1970. DynamoDB deletes the item at some time after it. */
export const LIVE_TTL_ATTRIBUTE = 'expiresAtS';
