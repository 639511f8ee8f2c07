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
 * What people do to an image. Each repeats without harm, reports the change to its watchers, and returns its record.
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
  return report(ports, record, await setAlbum(ports, record, album));
}

/** Hides the image from lists. Its run goes on; after `trashDays` it is deleted. */
export async function trashImage(
  ports: ApiPorts,
  principal: Principal,
  imageId: string,
): Promise<ImageRecord> {
  const record = await findImage(ports, principal, 'delete', imageId);
  if (record.deletedAt !== undefined) return record;
  return act(ports, principal, 'trash', record, await moveToTrash(ports, record));
}

/** Takes the image out of the trash. */
export async function restoreImage(
  ports: ApiPorts,
  principal: Principal,
  imageId: string,
): Promise<ImageRecord> {
  const record = await findImage(ports, principal, 'delete', imageId);
  if (record.deletedAt === undefined) return record;
  return act(ports, principal, 'restore', record, await restoreFromTrash(ports, record));
}

/** Deletes the image for good: the record is a tombstone at once, and the sweeper deletes all that it left. */
export async function deleteForGood(
  ports: ApiPorts,
  principal: Principal,
  imageId: string,
): Promise<ImageRecord> {
  const record = await findImage(ports, principal, 'delete', imageId);
  return act(ports, principal, 'delete', record, await markDeleted(ports, record));
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
  return act(ports, principal, 'reprocess', record, await reprocess(ports, imageId, recipe));
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
  return act(ports, principal, 'redrive', record, await redriveRun(ports, imageId));
}

/** Makes a change that is noted with who made it. */
async function act(
  ports: ApiPorts,
  principal: Principal,
  action: AuditLine['action'],
  before: ImageRecord,
  after: ImageRecord | undefined,
): Promise<ImageRecord> {
  const record = await report(ports, before, after);
  ports.audit({ action, imageId: record.imageId, owner: record.owner, principal });
  return record;
}

/**
 * Reports the change to whoever watches. It waits for that, at most 200 ms: Lambda would freeze with the answer.
 *
 * @throws ConflictError where something else changed the image at the same time
 */
async function report(
  ports: ApiPorts,
  before: ImageRecord,
  after: ImageRecord | undefined,
): Promise<ImageRecord> {
  if (after === undefined) {
    throw new ConflictError(
      `Image ${before.imageId} changed at the same time. Read it again, then repeat this.`,
    );
  }
  await ports.progress.publish(liveMessage('image.changed', after));
  return after;
}
