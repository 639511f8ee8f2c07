import { InvalidInputError } from '../errors.ts';
import type { Ports } from '../ports.ts';
import { deleteRun } from './delete-run.ts';
import type { ImageRecord } from './record.ts';
import { markDeleted, markDeletionDone } from './transitions.ts';

/**
 * Deletes an image for good: a tombstone first, so that no late message brings it back, then its source version and
 * the outputs, intermediates and EXIF of every run. A crash in between is repaired by the sweeper.
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

/** The sweeper's second look at a tombstone, when no worker can be at work on the image any more. */
export async function finishDeletion(ports: Ports, record: ImageRecord): Promise<void> {
  await deleteAll(ports, record);
  await markDeletionDone(ports, record);
}

async function deleteAll(ports: Ports, record: ImageRecord): Promise<void> {
  await ports.objects.delete(record.source);
  for (const earlier of await ports.catalog.history(record.imageId)) await deleteRun(ports, earlier);
  await deleteRun(ports, record);
}
