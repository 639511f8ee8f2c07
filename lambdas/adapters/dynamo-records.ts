import { TransientError } from '../../core/errors.ts';
import { type ImageRecord, readRecord, type StoredRecord } from '../../core/pipeline/record.ts';
import { applyChange, guardHolds } from '../../core/pipeline/record-change.ts';
import type { Catalog, Change, Guard } from '../../core/ports.ts';
import { expressionsOf } from './catalog-expressions.ts';
import {
  albumKeyOf,
  albumsPartitionOf,
  allIndexKeys,
  INDEX_KEYS,
  indexKeysMoved,
  indexKeysOf,
} from './catalog-keys.ts';
import type { DynamoTable, Item } from './dynamo-table.ts';

const CURRENT = 'current';
const RUN_PREFIX = 'run#';
/** Other workers change the same record a few times a second at most. */
const MAX_TRIES = 10;
/** Names of albums that are known to be in the table, so that not every image of a shoot writes its album. */
const MAX_KNOWN_ALBUMS = 1_000;
/** A key of the index `recipe`, which earlier releases had. */
const FORMER_KEY = 'recipeShard';

type Records = Pick<Catalog, 'get' | 'create' | 'update' | 'archive' | 'history' | 'forget'>;

/** The records of the images, with the keys that put them into the indexes. */
export function dynamoRecords(table: DynamoTable): Records {
  const knownAlbums = new Set<string>();

  /** Before its first image gets there, so that no album is missing in the list. */
  async function putAlbum({ owner, album }: ImageRecord): Promise<void> {
    if (album === undefined) return;
    const key = albumKeyOf(owner, album);
    if (knownAlbums.has(key)) return;
    await table.put({ imageId: albumsPartitionOf(owner), entry: album });
    if (knownAlbums.size >= MAX_KNOWN_ALBUMS) knownAlbums.clear();
    knownAlbums.add(key);
  }

  async function get(imageId: string): Promise<ImageRecord | undefined> {
    const item = await table.get(keyOf(imageId));
    return item && recordOf(item);
  }

  /** Changes the record as it was read, and reads it again where somebody else has changed it meanwhile. */
  async function moveInIndexes(imageId: string, guard: Guard, change: Change) {
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const record = await get(imageId);
      if (record === undefined || !guardHolds(record, guard)) return undefined;
      const next = applyChange(record, change);
      if (next.album !== record.album) await putAlbum(next);
      const expressions = expressionsOf(guard, change, allIndexKeys(next), record.revision);
      const item = await table.update(keyOf(imageId), expressions);
      if (item) return recordOf(item);
    }
    throw new TransientError('RECORD_BUSY', `The record changed ${MAX_TRIES} times while it was changed.`);
  }

  function archivedRuns(imageId: string): AsyncGenerator<Item> {
    return table.query<Item>({
      KeyConditionExpression: 'imageId = :imageId AND begins_with(entry, :run)',
      ExpressionAttributeValues: { ':imageId': imageId, ':run': RUN_PREFIX },
      ConsistentRead: true,
    });
  }

  return {
    get,

    async create(record) {
      await putAlbum(record);
      return table.put({ ...record, ...indexKeysOf(record), entry: CURRENT });
    },

    async update(imageId, guard, change) {
      const moved = indexKeysMoved(imageId, guard, change);
      if (moved === undefined) return moveInIndexes(imageId, guard, change);
      const item = await table.update(keyOf(imageId), expressionsOf(guard, change, moved, undefined));
      return item && recordOf(item);
    },

    async archive(record) {
      await table.put({ ...record, entry: RUN_PREFIX + String(record.run).padStart(4, '0') });
    },

    async history(imageId) {
      const runs: ImageRecord[] = [];
      for await (const item of archivedRuns(imageId)) runs.push(recordOf(item));
      return runs;
    },

    async forget(imageId, uploadId) {
      for await (const { entry } of archivedRuns(imageId)) {
        await table.delete({ imageId, entry: String(entry) });
      }
      if (uploadId !== undefined) await table.delete(uploadKeyOf(uploadId));
    },
  };
}

/** The key of an image's record. */
export function keyOf(imageId: string) {
  return { imageId, entry: CURRENT };
}

/** The key of what an upload through the API became. */
export function uploadKeyOf(uploadId: string) {
  return { imageId: `upload#${uploadId}`, entry: 'upload' };
}

/** The record of an item, without the keys that are not part of it. */
export function recordOf(item: Item): ImageRecord {
  const record = { ...item };
  for (const key of ['entry', FORMER_KEY, ...INDEX_KEYS]) delete record[key];
  return readRecord(record as unknown as StoredRecord);
}
