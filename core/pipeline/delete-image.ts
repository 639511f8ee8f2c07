import { InvalidInputError } from '../errors.ts';
import { withdrawExports } from '../exports/withdraw-exports.ts';
import { uploadIdOf } from '../names.ts';
import type { Ports } from '../ports.ts';
import { dayOf } from '../trends/trends.ts';
import { deleteRun } from './delete-run.ts';
import type { ImageRecord } from './record.ts';
import { awaitLateWorkers, markDeleted, markDeletionDone, markPurged } from './transitions.ts';

/**
 * Deletes an image for good. Its record is a tombstone at once, so that no late message brings the image back. The
 * sweeper deletes all that it left, within a minute.
 *
 * @throws InvalidInputError where there is no such image
 */
export async function deleteImage(ports: Ports, imageId: string): Promise<ImageRecord> {
  const record = await ports.catalog.get(imageId);
  if (!record) throw new InvalidInputError(`expected the id of an image in the catalog, received ${imageId}`);
  if (record.state === 'DELETED') return record;
  return (await markDeleted(ports, record)) ?? deleteImage(ports, imageId);
}

/** Deletes an image for good whose time in the trash is up, unless it was restored meanwhile. */
export async function purgeImage(ports: Ports, record: ImageRecord): Promise<boolean> {
  const tombstone = await markPurged(ports, record);
  return tombstone !== undefined && deleteRemains(ports, tombstone);
}

/**
 * Deletes what a deleted image left: archives that hold it, its source version, and the outputs of every run. A
 * worker may still be at work on the image and write more, so this happens twice: at once, and when none can be. After
 * that, the tombstone has nothing left that somebody wrote.
 *
 * @returns whether that was the last time
 */
export async function deleteRemains(ports: Ports, record: ImageRecord): Promise<boolean> {
  const { imageId, source, createdAt } = record;
  await ports.trendMarks?.touch(dayOf(createdAt));
  await deleteAll(ports, record);
  if (await awaitLateWorkers(ports, record)) return false;
  // Before the tombstone is done: a crash in between must leave nothing behind.
  await ports.catalog.forget(imageId, uploadIdOf(source.key));
  await markDeletionDone(ports, record);
  return true;
}

async function deleteAll(ports: Ports, record: ImageRecord): Promise<void> {
  await withdrawExports(ports, record.imageId);
  await ports.objects.delete(record.source);
  for (const earlier of await ports.catalog.history(record.imageId)) await deleteRun(ports, earlier);
  await deleteRun(ports, record);
}
