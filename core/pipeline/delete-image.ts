import { InvalidInputError } from '../errors.ts';
import type { Ports } from '../ports.ts';
import { deleteRun } from './delete-run.ts';
import type { ImageRecord } from './record.ts';
import { markDeleted, markDeletionDone, markPurged } from './transitions.ts';

/**
 * Deletes an image for good. A tombstone comes first, so that no late message brings the image back; then its source
 * version goes, and the outputs, intermediate and details of every run. The sweeper repairs a crash in between.
 *
 * Only the simulation and the tests call this until the HTTP API exists.
 *
 * @throws InvalidInputError where there is no such image
 */
export async function deleteImage(ports: Ports, imageId: string): Promise<ImageRecord> {
  const record = await ports.catalog.get(imageId);
  if (!record) throw new InvalidInputError(`expected the id of an image in the catalog, received ${imageId}`);
  if (record.state === 'DELETED') return record;
  const tombstone = await markDeleted(ports, record);
  if (!tombstone) return deleteImage(ports, imageId);
  await deleteAll(ports, tombstone);
  return tombstone;
}

/** Deletes an image for good whose time in the trash is up; undefined where it was restored meanwhile. */
export async function purgeImage(ports: Ports, record: ImageRecord): Promise<ImageRecord | undefined> {
  const tombstone = await markPurged(ports, record);
  if (tombstone) await deleteAll(ports, tombstone);
  return tombstone;
}

/** The sweeper's second look at a tombstone. No worker can be at work on the image any more then. */
export async function finishDeletion(ports: Ports, record: ImageRecord): Promise<void> {
  await deleteAll(ports, record);
  await markDeletionDone(ports, record);
}

async function deleteAll(ports: Ports, record: ImageRecord): Promise<void> {
  await ports.objects.delete(record.source);
  for (const earlier of await ports.catalog.history(record.imageId)) await deleteRun(ports, earlier);
  await deleteRun(ports, record);
}
