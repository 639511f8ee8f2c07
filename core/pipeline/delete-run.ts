import type { Ports } from '../ports.ts';
import { reread } from './find-record.ts';
import { possibleKeys } from './outputs.ts';
import type { ImageRecord } from './record.ts';

/** Deletes every object that the record's current run can have written. */
export async function deleteRun(ports: Ports, record: ImageRecord): Promise<void> {
  const bucket = ports.settings.processedBucket;
  await Promise.all(possibleKeys(record).map((key) => ports.objects.delete({ bucket, key })));
}

/** For a worker whose run has ended meanwhile: outputs that it wrote for a deleted image must not stay. */
export async function cleanUpAfterDeletion(ports: Ports, written: ImageRecord): Promise<ImageRecord> {
  const record = await reread(ports, written);
  if (record.state === 'DELETED') await deleteRun(ports, written);
  return record;
}
