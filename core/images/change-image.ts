import type { Principal } from '../access.ts';
import { ConflictError } from '../errors.ts';
import { redriveRun } from '../pipeline/failures.ts';
import { liveMessage } from '../pipeline/messages/live.ts';
import { hasEnded, type ImageRecord } from '../pipeline/record.ts';
import { reprocess } from '../pipeline/reprocess.ts';
import { markDeleted, moveToTrash, restoreFromTrash, setAlbum } from '../pipeline/transitions.ts';
import type { ApiPorts, AuditLine } from '../ports.ts';
import type { NamedRecipe } from '../recipe.ts';
import { findImage } from './find-image.ts';

/*
 * What people do to an image. Each repeats without harm, tells whoever watches the image, and returns its record.
 * Each throws NotFoundError or ForbiddenError where the principal may not do it.
 */

/** Moves the image to another album, or out of its album. */
export async function changeAlbum(
  ports: ApiPorts,
  principal: Principal,
  imageId: string,
  album: string | null,
): Promise<ImageRecord> {
  const record = await findImage(ports, principal, 'change', imageId);
  if ((record.album ?? null) === album) return record;
  return changed(ports, record, await setAlbum(ports, record, album));
}

/** Hides the image from lists. Its run goes on; after `trashDays` it is deleted. */
export async function trashImage(
  ports: ApiPorts,
  principal: Principal,
  imageId: string,
): Promise<ImageRecord> {
  const record = await findImage(ports, principal, 'delete', imageId);
  if (record.deletedAt !== undefined) return record;
  const next = changed(ports, record, await moveToTrash(ports, record));
  note(ports, principal, 'trash', record);
  return next;
}

/** Takes the image out of the trash. */
export async function restoreImage(
  ports: ApiPorts,
  principal: Principal,
  imageId: string,
): Promise<ImageRecord> {
  const record = await findImage(ports, principal, 'delete', imageId);
  if (record.deletedAt === undefined) return record;
  const next = changed(ports, record, await restoreFromTrash(ports, record));
  note(ports, principal, 'restore', record);
  return next;
}

/** Deletes the image for good: the record is a tombstone at once, and the sweeper deletes all that it left. */
export async function deleteForGood(
  ports: ApiPorts,
  principal: Principal,
  imageId: string,
): Promise<ImageRecord> {
  const record = await findImage(ports, principal, 'delete', imageId);
  const next = changed(ports, record, await markDeleted(ports, record));
  note(ports, principal, 'delete', record);
  return next;
}

/**
 * Begins another run, by that recipe.
 *
 * @throws ConflictError where the current run has not ended
 */
export async function reprocessImage(
  ports: ApiPorts,
  principal: Principal,
  imageId: string,
  recipe: NamedRecipe,
): Promise<ImageRecord> {
  const record = await findImage(ports, principal, 'reprocess', imageId);
  if (!hasEnded(record)) {
    throw new ConflictError(`Run ${record.run} is ${record.state}. Wait for its end, then ask again.`);
  }
  const next = changed(ports, record, await reprocess(ports, imageId, recipe));
  note(ports, principal, 'reprocess', record);
  return next;
}

/**
 * Gives a failed run another attempt.
 *
 * @throws ConflictError where the run has not FAILED
 */
export async function redriveImage(
  ports: ApiPorts,
  principal: Principal,
  imageId: string,
): Promise<ImageRecord> {
  const record = await findImage(ports, principal, 'reprocess', imageId);
  if (record.state !== 'FAILED') {
    throw new ConflictError(`Only a run that FAILED can have another attempt; this one is ${record.state}.`);
  }
  const next = changed(ports, record, await redriveRun(ports, imageId));
  note(ports, principal, 'redrive', record);
  return next;
}

/**
 * Reports the change to whoever watches, without waiting for it.
 *
 * @throws ConflictError where something else changed the image at the same time
 */
function changed(ports: ApiPorts, before: ImageRecord, after: ImageRecord | undefined): ImageRecord {
  if (after === undefined) {
    throw new ConflictError(
      `Image ${before.imageId} changed at the same time. Read it again, then repeat this.`,
    );
  }
  void ports.progress.publish(liveMessage('image.changed', after));
  return after;
}

function note(ports: ApiPorts, principal: Principal, action: AuditLine['action'], record: ImageRecord): void {
  ports.audit({ action, imageId: record.imageId, owner: record.owner, principal });
}
