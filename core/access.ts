import { ForbiddenError, NotFoundError } from './errors.ts';
import type { ImageRecord } from './pipeline/record.ts';

/** What a machine's token may be used for. */
export const SCOPES = ['upload', 'read'] as const;
export type Scope = (typeof SCOPES)[number];

/**
 * Who asks. `id` is the owner of what the principal uploads: the subject of a user, the client id of a machine. The
 * laptop's owner has no login, and is its only user.
 */
export type Principal =
  | { kind: 'user' | 'administrator'; id: string; name: string | null }
  | { kind: 'machine'; id: string; name: string | null; scopes: readonly Scope[] }
  | { kind: 'laptop-owner'; id: typeof LAPTOP_OWNER; name: null };

/** The owner of what is uploaded to a laptop without a login. */
export const LAPTOP_OWNER = 'laptop';

/** What is done to images of one's own. An administrator may do the same to images of others, except `read-metadata`. */
export const IMAGE_ACTIONS = [
  'read',
  /** EXIF and GPS. */
  'read-metadata',
  'change',
  'reprocess',
  'delete',
] as const;
export type ImageAction = (typeof IMAGE_ACTIONS)[number];

/** What concerns no single image. */
export const ACTIONS = ['upload', 'list-own', 'list-all', 'watch', 'classify', 'administer'] as const;
export type Action = (typeof ACTIONS)[number];

/** What each kind of principal may do to its own images. Machines need the scope as well. */
const OWN_IMAGES: Record<Principal['kind'], readonly ImageAction[]> = {
  user: IMAGE_ACTIONS,
  administrator: IMAGE_ACTIONS,
  machine: ['read'],
  'laptop-owner': IMAGE_ACTIONS,
};

/** What each kind of principal may do to images of others, and to those without an owner. */
const OTHER_IMAGES: Record<Principal['kind'], readonly ImageAction[]> = {
  user: [],
  administrator: ['read', 'change', 'reprocess', 'delete'],
  machine: [],
  'laptop-owner': IMAGE_ACTIONS,
};

const GENERAL: Record<Principal['kind'], readonly Action[]> = {
  user: ['upload', 'list-own', 'watch', 'classify'],
  administrator: ACTIONS,
  machine: ['upload', 'list-own', 'watch', 'classify'],
  'laptop-owner': ACTIONS,
};

/** The scope that a machine needs. */
const SCOPE_OF: Record<Action | ImageAction, Scope | undefined> = {
  upload: 'upload',
  'list-own': 'read',
  'list-all': undefined,
  watch: 'read',
  classify: 'read',
  administer: undefined,
  read: 'read',
  'read-metadata': undefined,
  change: undefined,
  reprocess: undefined,
  delete: undefined,
};

/** Whether the principal may do what concerns no single image. */
export function may(principal: Principal, action: Action): boolean {
  return GENERAL[principal.kind].includes(action) && hasScope(principal, action);
}

/** Whether the principal may do that to the image. */
export function mayOnImage(principal: Principal, action: ImageAction, image: { owner?: string }): boolean {
  const granted = image.owner === principal.id ? OWN_IMAGES : OTHER_IMAGES;
  return granted[principal.kind].includes(action) && hasScope(principal, action);
}

/** @throws ForbiddenError */
export function requireAction(principal: Principal, action: Action): void {
  if (!may(principal, action)) throw forbidden(principal, action);
}

/**
 * The record, if the principal may do that to it.
 *
 * @param record undefined or deleted where there is no such image
 * @throws NotFoundError where there is none, or the principal may not even know of it; ForbiddenError where it may read
 *   the image and not do that to it
 */
export function requireImage(
  principal: Principal,
  action: ImageAction,
  imageId: string,
  record: ImageRecord | undefined,
): ImageRecord {
  if (record === undefined || record.state === 'DELETED' || !mayKnow(principal, record)) {
    throw new NotFoundError(`There is no image ${imageId}.`);
  }
  if (!mayOnImage(principal, action, record)) throw forbidden(principal, action);
  return record;
}

/**
 * The export, where the principal asked for it itself. Nobody else may know of it: its archive may hold images of several
 * owners.
 *
 * @throws NotFoundError; ForbiddenError where a machine lacks the scope
 */
export function requireExport<R extends { principal: Principal }>(
  principal: Principal,
  exportId: string,
  record: R | undefined,
): R {
  if (record === undefined || record.principal.id !== principal.id) {
    throw new NotFoundError(`There is no export ${exportId}.`);
  }
  if (!hasScope(principal, 'read')) throw forbidden(principal, 'read');
  return record;
}

/** Without the scope, a machine still knows its own images. */
function mayKnow(principal: Principal, record: ImageRecord): boolean {
  return record.owner === principal.id || OTHER_IMAGES[principal.kind].length > 0;
}

function hasScope(principal: Principal, action: Action | ImageAction): boolean {
  if (principal.kind !== 'machine') return true;
  const scope = SCOPE_OF[action];
  return scope !== undefined && principal.scopes.includes(scope);
}

function forbidden(principal: Principal, action: Action | ImageAction): ForbiddenError {
  const scope = SCOPE_OF[action];
  const lacksScope = principal.kind === 'machine' && scope !== undefined && !principal.scopes.includes(scope);
  if (lacksScope) {
    return new ForbiddenError(
      `This needs a token with the scope ${scope}; the token has ${list(principal.scopes)}.`,
    );
  }
  const who = {
    user: 'a user',
    machine: 'a machine',
    administrator: 'an administrator',
    'laptop-owner': 'the owner',
  };
  return new ForbiddenError(`${WHO_MAY[action]} This token belongs to ${who[principal.kind]}.`);
}

const WHO_MAY: Record<Action | ImageAction, string> = {
  upload: 'Users and machines may upload.',
  'list-own': 'Users and machines may list their own images.',
  'list-all': 'Only administrators may list the images of others.',
  watch: 'Users and machines may watch their own images.',
  classify: 'Users, and machines that may read, may classify pictures.',
  administer: 'Only administrators may do this.',
  read: 'Users may read their own images.',
  'read-metadata': 'Only the owner of an image may read its EXIF and GPS.',
  change: 'Only users may change images.',
  reprocess: 'Only users may reprocess images.',
  delete: 'Only users may delete images.',
};

function list(scopes: readonly Scope[]): string {
  return scopes.length === 0 ? 'none' : scopes.join(' and ');
}
