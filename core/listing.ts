import type { ImageRecord, State } from './pipeline/record.ts';

/** Which images a listing is about. Images without an owner are in the scopes `all` and their albums alone. */
export type ListScope =
  | { kind: 'owner'; owner: string; inTrash: boolean }
  | { kind: 'album'; owner: string | undefined; album: string }
  | { kind: 'all'; inTrash: boolean };

/**
 * A listing and its filters. Owners and `all` are listed by upload, newest first; an album by capture, oldest first
 * (by upload where no capture date is known); ties by image id.
 */
export interface ListQuery {
  scope: ListScope;
  states?: readonly State[];
  /** The recipe's name. */
  recipe?: string;
  /** A part of the file name, in any case. */
  name?: string;
  /** ISO 8601, or the start of it, such as a day; from there on. Of the date that the listing is sorted by. */
  from?: string;
  /** As `from`; up to there, which is included. */
  to?: string;
}

/** The last image of a page. The next page goes on behind it, whatever has arrived meanwhile. */
export interface ListPosition {
  sortKey: string;
  imageId: string;
}

export interface ListPage {
  records: ImageRecord[];
  /** Absent at the end. */
  next: ListPosition | undefined;
}

/** `isExact` is false where the catalog stopped counting. */
export interface ListCount {
  count: number;
  isExact: boolean;
}

export interface AlbumCount {
  album: string;
  images: number;
}

/** Records that one page reads at most. */
export const MAX_PAGE_READS = 500;

/** Where the record stands in a listing of that kind. */
export function positionOf(record: ImageRecord, { kind }: ListScope): ListPosition {
  const sortKey = kind === 'album' ? albumSortOf(record) : record.createdAt;
  return { sortKey, imageId: record.imageId };
}

/** Sorts an album: the capture date in the camera's local time, without its offset, or else the upload's. */
export function albumSortOf({
  capturedAt,
  createdAt,
}: Pick<ImageRecord, 'capturedAt' | 'createdAt'>): string {
  return (capturedAt ?? createdAt).replace(/(Z|[+-]\d\d:\d\d)$/, '');
}

/** Negative where `a` comes first in a listing of that kind. */
export function comparePositions({ kind }: ListScope, a: ListPosition, b: ListPosition): number {
  const byKey = compare(a.sortKey, b.sortKey);
  return (kind === 'album' ? byKey : -byKey) || compare(a.imageId, b.imageId);
}

/** Whether the record belongs to the listing, by its scope, dates and filters. A tombstone belongs to none. */
export function isListed(record: ImageRecord, query: ListQuery): boolean {
  return isInScope(record, query.scope) && isInTime(record, query) && passesFilters(record, query);
}

/** Whether the query filters by more than scope and dates, for which the indexes are made. */
export function hasFilters({ states, recipe, name }: ListQuery): boolean {
  return states !== undefined || recipe !== undefined || name !== undefined;
}

/** As names are compared: without case, and with one form of each accented letter. */
export function foldName(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

function isInScope(record: ImageRecord, scope: ListScope): boolean {
  if (record.state === 'DELETED') return false;
  const inTrash = record.deletedAt !== undefined;
  switch (scope.kind) {
    case 'owner':
      return record.owner === scope.owner && inTrash === scope.inTrash;
    case 'album':
      return record.owner === scope.owner && record.album === scope.album && !inTrash;
    case 'all':
      return inTrash === scope.inTrash;
  }
}

function isInTime(record: ImageRecord, { scope, from = '', to }: ListQuery): boolean {
  const { sortKey } = positionOf(record, scope);
  return sortKey >= from && (to === undefined || sortKey <= to);
}

function passesFilters(record: ImageRecord, { states, recipe, name }: ListQuery): boolean {
  return (
    (states === undefined || states.includes(record.state)) &&
    (recipe === undefined || record.recipe?.name === recipe) &&
    (name === undefined || foldName(record.fileName).includes(foldName(name)))
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
