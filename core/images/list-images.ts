import { type Principal, requireAction } from '../access.ts';
import { InvalidInputError } from '../errors.ts';
import type { AlbumCount, ListCount, ListQuery, ListScope } from '../listing.ts';
import type { ImageRecord, State } from '../pipeline/record.ts';
import type { ApiPorts } from '../ports.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';

/** Which images a principal asks for. Unless it says otherwise, these are its own. */
export interface ListRequest {
  states?: readonly State[] | undefined;
  recipe?: string | undefined;
  album?: string | undefined;
  /** Of the upload; in an album, of the capture. */
  from?: string | undefined;
  to?: string | undefined;
  name?: string | undefined;
  trash?: boolean | undefined;
  /** The images of everybody. */
  all?: boolean | undefined;
  /** The images of that user or machine. */
  owner?: string | undefined;
  cursor?: string | undefined;
  limit: number;
}

export interface ImageList {
  records: ImageRecord[];
  next: string | null;
  /** With the first page alone, and null where it can't be counted cheaply. */
  total: ListCount | null;
}

/**
 * One page of images. A page may be short, or even empty, and still have a `next`.
 *
 * @throws ForbiddenError where the principal may not see them; InvalidInputError for a cursor of another listing
 */
export async function listImages(
  { catalog }: ApiPorts,
  principal: Principal,
  request: ListRequest,
): Promise<ImageList> {
  const query = queryOf(principal, request);
  const { cursor, limit } = request;
  const [page, total] = await Promise.all([
    catalog.list(query, cursor === undefined ? undefined : decodeCursor(query, cursor), limit),
    cursor === undefined ? catalog.count(query) : null,
  ]);
  const next = page.next ? encodeCursor(query, page.next) : null;
  return { records: page.records, next, total };
}

/** The albums of a principal, by name, and how many images each has. */
export function listAlbums({ catalog }: ApiPorts, principal: Principal): Promise<AlbumCount[]> {
  requireAction(principal, 'list-own');
  return catalog.albums(principal.id);
}

function queryOf(principal: Principal, request: ListRequest): ListQuery {
  const { states, recipe, name, from, to } = request;
  return {
    scope: scopeOf(principal, request),
    ...(states === undefined ? {} : { states }),
    ...(recipe === undefined ? {} : { recipe }),
    ...(name === undefined ? {} : { name }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
}

function scopeOf(principal: Principal, { all, owner, album, trash = false }: ListRequest): ListScope {
  const isOwn = !all && (owner ?? principal.id) === principal.id;
  requireAction(principal, isOwn ? 'list-own' : 'list-all');
  if (all && (owner !== undefined || album !== undefined)) {
    throw new InvalidInputError('all: expected no owner and no album beside it.');
  }
  if (album !== undefined) {
    if (trash) throw new InvalidInputError('trash: expected no album beside it; the trash has none.');
    return { kind: 'album', owner: owner ?? principal.id, album };
  }
  return all
    ? { kind: 'all', inTrash: trash }
    : { kind: 'owner', owner: owner ?? principal.id, inTrash: trash };
}
