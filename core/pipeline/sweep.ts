import type { Report } from '../metrics.ts';
import type { ImageQueue } from '../names.ts';
import type { Ports } from '../ports.ts';
import { deleteRemains, purgeImage } from './delete-image.ts';
import { asStarted, missingVariants } from './outputs.ts';
import { completeAndPublish, publishEnd } from './publish.ts';
import { hasEnded, type ImageRecord } from './record.ts';
import { sendMissingParts, sendToProcessor } from './send-tasks.ts';
import { claimRepair, endUnsuccessfully, isPurgeDue, postpone } from './transitions.ts';

/** What a sweep found, by what it did. */
export type SweepReport = Report<'sweeper'>;

/**
 * Looks at every record that is due. It publishes an end that has not been published, sends the tasks that a run waits
 * for again, or ends the run as FAILED where that has not helped. It deletes what deleted images
 * left, and what was in the trash long enough. While the queue has a backlog, a run waits its turn.
 */
export async function sweep(ports: Ports): Promise<SweepReport> {
  const report: SweepReport = { repaired: 0, postponed: 0, failed: 0, published: 0, deleted: 0 };
  const now = ports.clock.now().toISOString();
  // Taken once, before the sweep sends anything itself: its own tasks are no backlog for the runs that follow.
  const backlogs: Record<ImageQueue, number> = {
    ingest: await ports.queue.backlog('ingest'),
    parts: await ports.queue.backlog('parts'),
  };
  for await (const imageId of ports.catalog.due(now)) {
    const record = await ports.catalog.get(imageId);
    if (!record?.dueAt || record.dueAt > now) continue;
    const done = await sweepOne(ports, record, backlogs);
    if (done) report[done]++;
  }
  return report;
}

async function sweepOne(
  ports: Ports,
  record: ImageRecord,
  backlogs: Record<ImageQueue, number>,
): Promise<keyof SweepReport | undefined> {
  if (record.state === 'DELETED') return (await deleteRemains(ports, record)) ? 'deleted' : undefined;
  if (isPurgeDue(ports, record)) return (await purgeImage(ports, record)) ? 'deleted' : undefined;
  if (record.publishedAt !== undefined) return (await postpone(ports, record)) && 'postponed';
  if (hasEnded(await completeAndPublish(ports, record))) return 'published';
  const queue: ImageQueue = record.state === 'FANNED_OUT' ? 'parts' : 'ingest';
  if (backlogs[queue] > 0) return (await postpone(ports, record)) && 'postponed';
  if (record.repairs >= ports.settings.maxRepairs) return (await giveUp(ports, record)) && 'failed';
  const claimed = await claimRepair(ports, record);
  if (!claimed) return undefined;
  if (claimed.state === 'FANNED_OUT') await sendMissingParts(ports, asStarted(claimed));
  else await sendToProcessor(ports, claimed);
  return 'repaired';
}

async function giveUp(ports: Ports, record: ImageRecord): Promise<ImageRecord | undefined> {
  const waitsFor = record.expected ? missingVariants(asStarted(record)).join(', ') : 'its first start';
  const last = record.lastError ? ` The last error was: ${record.lastError.message}` : '';
  const ended = await endUnsuccessfully(ports, record, 'FAILED', {
    code: 'STALLED',
    message: `After ${record.repairs} repairs the run still waits for: ${waitsFor}.${last}`,
    worker: 'sweeper',
  });
  return ended && publishEnd(ports, ended);
}
