import { readExportId } from '../../core/exports/export-task.ts';
import { recordDeadExport } from '../../core/exports/fail-export.ts';
import { runExport } from '../../core/exports/run-export.ts';
import { archiveKey } from '../../core/names.ts';
import type { ExportPorts } from '../../core/ports.ts';
import type { SqliteExports } from '../adapters/sqlite-exports.ts';
import type { QueueAddress } from '../adapters/task-lease.ts';

/** Does what a message asks for, and says what came of it, for the log. */
export type ExportWork = (body: string) => Promise<object>;

/** What the loops over the queue of the exports, and over its dead-letter queue, do with a message. */
export function exportWorkers(ports: ExportPorts): [address: QueueAddress, work: ExportWork][] {
  return [
    [
      'exports',
      async (body) => {
        const exportId = readExportId(body);
        const record = await runExport(ports, exportId);
        return { exportId, state: record?.state, files: record?.files, bytes: record?.bytes };
      },
    ],
    [
      'exports-dead',
      async (body) => {
        return { exportId: await recordDeadExport(ports, body), state: 'FAILED' };
      },
    ],
  ];
}

/**
 * Removes the exports whose day is over, with their archives. On AWS, rules of S3 and DynamoDB do this.
 *
 * @returns how many
 */
export async function removeExpired(
  { objects, clock, settings }: Pick<ExportPorts, 'objects' | 'clock' | 'settings'>,
  exports: SqliteExports,
): Promise<number> {
  const expired = exports.expired(clock.now().toISOString());
  for (const exportId of expired) {
    await objects.delete({ bucket: settings.processedBucket, key: archiveKey(exportId) });
    exports.remove(exportId);
  }
  return expired.length;
}
