import { SECTIONS } from '../../core/catalog-layout.ts';
import { albumSortOf } from '../../core/listing.ts';
import type { ImageRecord } from '../../core/pipeline/record.ts';
import type { Change, Guard } from '../../core/ports.ts';

/** The attributes that put a record into the indexes. They are not part of the record. */
export interface IndexKeys {
  /** Every record has it, but a tombstone for which nothing is due. The index `due` is sparse by `dueAt`. */
  shard?: string;
  failedShard?: string;
  ownerShard?: string;
  albumKey?: string;
  albumSort?: string;
}

export const INDEX_KEYS = ['shard', 'failedShard', 'ownerShard', 'albumKey', 'albumSort'] as const;

/** The index keys of a record. */
export function indexKeysOf(record: ImageRecord): IndexKeys {
  const { owner, album, state, deletedAt } = record;
  const digit = record.imageId.slice(0, 1);
  if (state === 'DELETED') return record.dueAt === undefined ? {} : { shard: digit + SECTIONS.trash };
  const shard = digit + (deletedAt === undefined ? SECTIONS.listed : SECTIONS.trash);
  const isInAlbum = album !== undefined && deletedAt === undefined;
  return {
    shard,
    ...(state === 'FAILED' ? { failedShard: digit } : {}),
    ...(owner === undefined ? {} : { ownerShard: ownerShardOf(owner, shard) }),
    ...(isInAlbum ? { albumKey: albumKeyOf(owner, album), albumSort: albumSortOf(record) } : {}),
  };
}

/**
 * The index keys that follow from the change alone: a record is in the index `failed` while its state is FAILED.
 * Undefined where they depend on what else the record holds.
 */
export function indexKeysMoved(imageId: string, { states }: Guard, { set = {}, remove = [] }: Change) {
  const changed = new Set<string>([...Object.keys(set), ...remove]);
  const isDeletion = set.state === 'DELETED' || states.includes('DELETED');
  if (isDeletion || LISTED_BY.some((field) => changed.has(field))) return undefined;
  const keys: KeyChange = { set: {}, remove: [] };
  if (set.state === 'FAILED') keys.set.failedShard = imageId.slice(0, 1);
  else if (set.state !== undefined) keys.remove.push('failedShard');
  return keys;
}

/** Sets all index keys of a record, and removes those that it has no more. */
export function allIndexKeys(record: ImageRecord): KeyChange {
  const set = indexKeysOf(record);
  return { set, remove: INDEX_KEYS.filter((key) => set[key] === undefined) };
}

export interface KeyChange {
  set: IndexKeys;
  remove: (keyof IndexKeys)[];
}

/** The fields by which an image is listed. */
const LISTED_BY = ['album', 'capturedAt', 'deletedAt'] as const;

/** An owner's name has no slash: it is one segment of a key. */
export function ownerShardOf(owner: string, shard: string): string {
  return `${owner}#${shard}`;
}

/** An owner's name has no slash, so no two albums share a key. */
export function albumKeyOf(owner: string | undefined, album: string): string {
  return `${owner ?? ''}/${album}`;
}

/** The partition that holds the names of an owner's albums. */
export function albumsPartitionOf(owner: string | undefined): string {
  return `albums#${owner ?? ''}`;
}
