import { type Principal, requireAction } from '../access.ts';
import type { ListScope } from '../listing.ts';
import { outputsOf } from '../pipeline/outputs.ts';
import type { ImageRecord } from '../pipeline/record.ts';
import type { ApiPorts } from '../ports.ts';
import { deleteForGood } from './change-image.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { inBatches } from './in-batches.ts';
import { type SignedLink, signLink } from './sign-links.ts';

/** Images of one call. A deletion writes a record and its indexes, an export signs a link for each file. */
const MAX_ERASED = 100;
const MAX_EXPORTED = 25;
const AT_ONCE = 16;

/** An image, and links to all its files that are there. */
export interface ExportedImage {
  record: ImageRecord;
  files: ({ variant: string } & SignedLink)[];
}

/**
 * Deletes all images of a user for good, those in the trash included; 100 at most with one call.
 *
 * @returns how many were deleted, and whether none is left
 * @throws ForbiddenError
 */
export async function eraseUser(
  ports: ApiPorts,
  principal: Principal,
  owner: string,
): Promise<{ deleted: number; isComplete: boolean }> {
  requireAction(principal, 'administer');
  let deleted = 0;
  for (const inTrash of [false, true]) {
    const page = await ports.catalog.list(
      { scope: scopeOf(owner, inTrash) },
      undefined,
      MAX_ERASED - deleted,
    );
    await inBatches(page.records, AT_ONCE, ({ imageId }) => deleteForGood(ports, principal, imageId));
    deleted += page.records.length;
    if (page.next !== undefined || deleted === MAX_ERASED) return { deleted, isComplete: false };
  }
  return { deleted, isComplete: true };
}

/**
 * One page of everything that Darkroom has of a user: the images, and links to their originals and outputs.
 *
 * @throws ForbiddenError; InvalidInputError for a cursor of another listing
 */
export async function exportUser(
  ports: ApiPorts,
  principal: Principal,
  owner: string,
  { trash = false, cursor }: { trash?: boolean | undefined; cursor?: string | undefined },
): Promise<{ images: ExportedImage[]; next: string | null }> {
  requireAction(principal, owner === principal.id ? 'list-own' : 'administer');
  const query = { scope: scopeOf(owner, trash) };
  const after = cursor === undefined ? undefined : decodeCursor(query, cursor);
  const page = await ports.catalog.list(query, after, MAX_EXPORTED);
  const images = await inBatches(page.records, AT_ONCE, async (record) => {
    const variants = ['original', ...outputsOf(record).map(({ variant }) => variant)];
    const files = variants.map(async (variant) => {
      return { variant, ...(await signLink(ports, principal, { imageId: record.imageId, variant })) };
    });
    return { record, files: await Promise.all(files) };
  });
  ports.audit({ action: 'export', owner, principal });
  return { images, next: page.next ? encodeCursor(query, page.next) : null };
}

function scopeOf(owner: string, inTrash: boolean): ListScope {
  return { kind: 'owner', owner, inTrash };
}
