import type { Principal } from '../access.ts';
import type { ImageRecord } from '../pipeline/record.ts';
import type { ApiPorts } from '../ports.ts';
import type { NamedRecipe } from '../recipe.ts';
import { changeAlbum, deleteForGood, reprocessImage, restoreImage, trashImage } from './change-image.ts';
import { inBatches } from './in-batches.ts';

/** One change of many images. */
export type BulkChange =
  | { action: 'trash' | 'restore' | 'delete' }
  | { action: 'reprocess'; recipe: NamedRecipe }
  | { action: 'move'; album: string | null };

/** What the change did to one image. */
export type BulkOutcome = { imageId: string } & ({ record: ImageRecord } | { error: unknown });

/** Changes that are made at once: as many connections as the SDK opens to one service. */
const AT_ONCE = 25;

/** Makes the change to each image by itself, and returns an outcome for each, in the order of the ids. */
export function changeImages(
  ports: ApiPorts,
  principal: Principal,
  imageIds: readonly string[],
  change: BulkChange,
): Promise<BulkOutcome[]> {
  return inBatches(imageIds, AT_ONCE, async (imageId) => {
    try {
      return { imageId, record: await changeOne(ports, principal, imageId, change) };
    } catch (error) {
      return { imageId, error };
    }
  });
}

function changeOne(ports: ApiPorts, principal: Principal, imageId: string, change: BulkChange) {
  switch (change.action) {
    case 'trash':
      return trashImage(ports, principal, imageId);
    case 'restore':
      return restoreImage(ports, principal, imageId);
    case 'delete':
      return deleteForGood(ports, principal, imageId);
    case 'reprocess':
      return reprocessImage(ports, principal, imageId, change.recipe);
    case 'move':
      return changeAlbum(ports, principal, imageId, change.album);
  }
}
