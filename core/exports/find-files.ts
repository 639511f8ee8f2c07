import { requireImage } from '../access.ts';
import { ForbiddenError, NotFoundError } from '../errors.ts';
import { inBatches } from '../images/in-batches.ts';
import { outputsOf } from '../pipeline/outputs.ts';
import type { ImageRecord } from '../pipeline/record.ts';
import type { ExportPorts, ObjectRef } from '../ports.ts';
import { EntryNames } from './entry-names.ts';
import { type ExportItem, type ExportRecord, ORIGINAL } from './export-record.ts';

/** A file of an export that is there. */
export interface ExportFile {
  name: string;
  ref: ObjectRef;
  bytes: number;
  modifiedAt: Date;
}

/** Records and heads of objects that are read at once. */
const AT_ONCE = 10;

/** The files of an export that are there and that its principal may still read, in the order of the items. */
export async function findFiles(
  ports: ExportPorts,
  { items, principal }: ExportRecord,
): Promise<ExportFile[]> {
  const found = await inBatches(items, AT_ONCE, async (item) => {
    const record = await ports.catalog.get(item.imageId);
    const place = mayRead(principal, item, record) ? placeOf(ports, record, item) : undefined;
    const info = place && (await ports.objects.head(place.ref));
    return place && info && { ...place, info };
  });
  const names = new EntryNames();
  return items.flatMap(({ variant }, index) => {
    const file = found[index];
    if (file === undefined) return [];
    const { ref, fileName, extension, info } = file;
    const name = names.add(fileName, variant, extension);
    return [{ name, ref, bytes: info.bytes, modifiedAt: new Date(info.modifiedAt) }];
  });
}

function mayRead(
  principal: ExportRecord['principal'],
  { imageId }: ExportItem,
  record: ImageRecord | undefined,
): record is ImageRecord {
  try {
    requireImage(principal, 'read', imageId, record);
    return true;
  } catch (error) {
    if (error instanceof NotFoundError || error instanceof ForbiddenError) return false;
    throw error;
  }
}

function placeOf(
  { settings }: ExportPorts,
  record: ImageRecord,
  { variant }: ExportItem,
): { ref: ObjectRef; fileName: string; extension: string } | undefined {
  const { fileName, source } = record;
  if (variant === ORIGINAL) {
    const { bucket, key, versionId, etag } = source;
    return { ref: { bucket, key, versionId, etag }, fileName, extension: extensionOf(fileName) };
  }
  const output = outputsOf(record).find((each) => each.variant === variant);
  if (output === undefined) return undefined;
  const { key } = output;
  return { ref: { bucket: settings.processedBucket, key }, fileName, extension: extensionOf(key) };
}

function extensionOf(name: string): string {
  return /.\.([^./]{1,16})$/s.exec(name)?.[1] ?? '';
}
