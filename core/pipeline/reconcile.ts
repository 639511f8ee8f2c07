import type { Report } from '../metrics.ts';
import { imageIdOf } from '../names.ts';
import type { Ports } from '../ports.ts';
import { uploadBody } from './messages/tasks.ts';
import type { Source } from './record.ts';

/**
 * What a reconciliation found: object versions in the source bucket, and those that the catalog did not know, which are
 * in the ingest queue now.
 */
export type ReconcileReport = Report<'reconciler'>;

/** Bodies in one call to the queue. */
const BATCH = 10;

/**
 * Compares the source bucket with the catalog, and ingests every version that has no record. Versions younger than
 * `stuckAfterMs` are left alone: their event may be on its way.
 */
export async function reconcile(ports: Ports): Promise<ReconcileReport> {
  const report: ReconcileReport = { versions: 0, ingested: 0 };
  const newest = new Date(ports.clock.now().getTime() - ports.settings.stuckAfterMs).toISOString();
  let unknown: Source[] = [];
  for await (const source of ports.objects.versions(ports.settings.sourceBucket)) {
    report.versions++;
    if (source.modifiedAt > newest || (await ports.catalog.get(imageIdOf(source)))) continue;
    unknown.push(source);
    report.ingested++;
    if (unknown.length === BATCH) {
      await ports.queue.send('ingest', unknown.map(uploadBody));
      unknown = [];
    }
  }
  if (unknown.length > 0) await ports.queue.send('ingest', unknown.map(uploadBody));
  return report;
}
