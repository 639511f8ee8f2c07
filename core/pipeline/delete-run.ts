import type { Ports } from '../ports.ts';
import { possibleKeys } from './outputs.ts';
import { settle } from './publish.ts';
import type { ImageRecord } from './record.ts';

/** Erases every object that the record's current run can have written. */
export async function eraseRun(ports: Ports, record: ImageRecord): Promise<void> {
  const bucket = ports.settings.outputBucket;
  await Promise.all(possibleKeys(record).map((key) => ports.objects.erase({ bucket, key })));
}

/** For a worker whose run is no more: what it wrote for a deleted image must not stay. */
export async function giveWay(ports: Ports, written: ImageRecord): Promise<ImageRecord> {
  const record = (await ports.catalog.get(written.imageId)) ?? written;
  if (record.state === 'DELETED') await eraseRun(ports, written);
  return settle(ports, record);
}
