import { readFileSync } from 'node:fs';
import type { StoredRecord } from '../../core/pipeline/record.ts';

/** An item of DynamoDB as the release before the HTTP API wrote it, index keys included. */
export function formerItem(): StoredRecord & { entry: string } {
  const file = new URL('fixtures/records/before-http-api.json', import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** A record that the release before the HTTP API wrote. */
export function formerRecord(): StoredRecord {
  const { entry, shard, ownerShard, recipeShard, ...record } = formerItem() as StoredRecord &
    Record<'entry' | 'shard' | 'ownerShard' | 'recipeShard', string>;
  return record;
}
