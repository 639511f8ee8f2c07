import type { Ports } from '../ports.ts';
import { possibleKeys } from './outputs.ts';
import { completeAndPublish } from './publish.ts';
import type { ImageRecord } from './record.ts';

/** Erases every object that the record's current run can have written. */
export async function deleteRun(ports: Ports, record: ImageRecord): Promise<void> {
  const bucket = ports.settings.processedBucket;
  await Promise.all(possibleKeys(record).map((key) => ports.objects.delete({ bucket, key })));
}

/** For a worker whose run is no more: what it wrote for a deleted image must not stay. */
export async function cleanUpAfterDeletion(ports: Ports, written: ImageRecord): Promise<ImageRecord> {
  const record = (await ports.catalog.get(written.imageId)) ?? written;
  if (record.state === 'DELETED') await deleteRun(ports, written);
  return completeAndPublish(ports, record);
}
