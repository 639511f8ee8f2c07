import { randomBytes } from 'node:crypto';
import type { Principal } from '../access.ts';
import { findImages } from '../images/find-image.ts';
import { type ImageRecord, isPicture } from '../pipeline/record.ts';
import type { ApiPorts } from '../ports.ts';
import { countAgainstQuota } from '../quota.ts';
import type { Amount } from '../settings.ts';
import { InvalidFieldError } from '../validation.ts';
import {
  EXPORT_KEPT_MS,
  type ExportItem,
  type ExportRecord,
  MAX_EXPORT_BYTES,
  ORIGINAL,
} from './export-record.ts';
import { exportBody } from './export-task.ts';

/**
 * Begins an export of files into one archive. Items that come twice count once.
 *
 * @param items at most MAX_EXPORT_ITEMS
 * @throws NotFoundError with the first item whose image the principal may not know of; ForbiddenError;
 *   InvalidFieldError where the files have more bytes than one archive may; QuotaError where the quota of the day is
 *   used up
 */
export async function requestExport(
  ports: ApiPorts,
  principal: Principal,
  items: readonly ExportItem[],
): Promise<ExportRecord> {
  const imageIds = items.map(({ imageId }) => imageId);
  const images = await findImages(ports, principal, imageIds, (index) => `items.${index}.imageId`);
  const bytes = items.reduce((sum, item, index) => sum + bytesOf(images[index], item), 0);
  if (bytes > MAX_EXPORT_BYTES) throw new InvalidFieldError('items', tooLarge(bytes));
  const files = distinct(items);
  await countExport(ports, principal, { count: files.length, bytes });
  const now = ports.clock.now().getTime();
  const record: ExportRecord = {
    exportId: randomBytes(16).toString('base64url'),
    principal,
    items: files,
    state: 'WAITING',
    files: 0,
    leftOut: null,
    bytes: null,
    reason: null,
    createdAt: new Date(now).toISOString(),
    endedAt: null,
    expiresAt: new Date(now + EXPORT_KEPT_MS).toISOString(),
  };
  await ports.exports.put(record);
  await ports.queue.send('exports', [exportBody(record)]);
  return record;
}

function countExport(ports: ApiPorts, { id }: Principal, wanted: Amount): Promise<void> {
  const { exportQuota } = ports.settings;
  const quota = exportQuota && { count: exportQuota.files, bytes: exportQuota.bytes };
  return countAgainstQuota(ports, { counter: `exports/${id}`, unit: 'files', verb: 'Export' }, wanted, quota);
}

/** What to say of files that one archive can't hold. */
export function tooLarge(bytes: number): string {
  return (
    `expected files of at most ${gigabytes(MAX_EXPORT_BYTES)} GB together, received ${gigabytes(bytes)} GB. ` +
    'Export them in several parts.'
  );
}

/** As far as the record knows: a part that is not finished has none. */
function bytesOf(image: ImageRecord | undefined, { variant }: ExportItem): number {
  if (variant === ORIGINAL) return image?.source.bytes ?? 0;
  const part = image?.finished[variant];
  return part !== undefined && isPicture(part) ? part.bytes : 0;
}

function distinct(items: readonly ExportItem[]): ExportItem[] {
  return [
    ...new Map(items.map(({ imageId, variant }) => [`${imageId}/${variant}`, { imageId, variant }])).values(),
  ];
}

function gigabytes(bytes: number): string {
  return String(Math.ceil(bytes / 1e7) / 100);
}
