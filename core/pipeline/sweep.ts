import type { Report } from '../metrics.ts';
import { type ImageQueue, LABELS } from '../names.ts';
import type { Ports } from '../ports.ts';
import { deleteRemains, purgeImage } from './delete-image.ts';
import { recordUnavailable } from './label-image.ts';
import { asStarted, missingVariants } from './outputs.ts';
import { completeAndPublish, publishEnd } from './publish.ts';
import { hasEnded, type ImageRecord } from './record.ts';
import { queueOf, sendMissingParts, sendToProcessor } from './send-tasks.ts';
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
  const backlogs = await backlogsOf(ports);
  for await (const imageId of ports.catalog.due(now)) {
    const record = await ports.catalog.get(imageId);
    if (!record?.dueAt || record.dueAt > now) continue;
    const done = await sweepOne(ports, record, backlogs);
    if (done) report[done]++;
  }
  return report;
}

async function backlogsOf({ queue, settings }: Ports): Promise<Record<ImageQueue, number>> {
  return {
    ingest: await queue.backlog('ingest'),
    parts: await queue.backlog('parts'),
    labels: settings.labels === 'off' ? 0 : await queue.backlog('labels'),
  };
}

/** The queues that the run waits for. */
function queuesOf(record: ImageRecord): ImageQueue[] {
  if (record.state !== 'FANNED_OUT') return ['ingest'];
  return missingVariants(asStarted(record)).map(queueOf);
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
  if (queuesOf(record).some((queue) => backlogs[queue] > 0))
    return (await postpone(ports, record)) && 'postponed';
  if (record.repairs >= ports.settings.maxRepairs) return (await giveUp(ports, record)) && 'failed';
  const claimed = await claimRepair(ports, record);
  if (!claimed) return undefined;
  if (claimed.state === 'FANNED_OUT') await sendMissingParts(ports, asStarted(claimed));
  else await sendToProcessor(ports, claimed);
  return 'repaired';
}

/** Ends the run as FAILED, or as COMPLETE where it lacks nothing but the answer of a model. */
async function giveUp(ports: Ports, record: ImageRecord): Promise<ImageRecord | undefined> {
  const missing = record.expected && missingVariants(asStarted(record));
  const waitsFor = missing?.join(', ') ?? 'its first start';
  const last = record.lastError ? ` The last error was: ${record.lastError.message}` : '';
  if (waitsFor === LABELS) {
    const message = `There was no answer of the model after ${record.repairs} repairs.${last}`;
    const finished = await recordUnavailable(ports, record, { code: 'STALLED', message });
    return finished && completeAndPublish(ports, finished);
  }
  const ended = await endUnsuccessfully(ports, record, 'FAILED', {
    code: 'STALLED',
    message: `After ${record.repairs} repairs the run still waits for: ${waitsFor}.${last}`,
    worker: 'sweeper',
  });
  return ended && publishEnd(ports, ended);
}
