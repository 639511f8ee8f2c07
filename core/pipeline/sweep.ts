import type { QueueName } from '../names.ts';
import type { Ports } from '../ports.ts';
import { finishDeletion } from './delete-image.ts';
import { resumeBody, rotationBody } from './messages/tasks.ts';
import { asStarted, missingParts, missingRotations } from './outputs.ts';
import { announce, settle } from './publish.ts';
import { hasEnded, type ImageRecord } from './record.ts';
import { claimRepair, endWithout, postpone } from './transitions.ts';

/** What a sweep found, by what it did. */
export interface SweepReport {
  resent: number;
  postponed: number;
  failed: number;
  announced: number;
  erased: number;
}

/**
 * Looks at every record that is due: tells an end that was not told, resends what a run waits for, or ends the run
 * as FAILED where resending has not helped. While the queue has a backlog a run only waits its turn.
 */
export async function sweep(ports: Ports): Promise<SweepReport> {
  const report: SweepReport = { resent: 0, postponed: 0, failed: 0, announced: 0, erased: 0 };
  const now = ports.clock.now().toISOString();
  // As it was before this sweep: what it resends itself is no backlog for the runs that come after.
  const backlogs: Record<QueueName, number> = {
    ingest: await ports.queue.backlog('ingest'),
    rotation: await ports.queue.backlog('rotation'),
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
  backlogs: Record<QueueName, number>,
): Promise<keyof SweepReport | undefined> {
  if (record.state === 'DELETED') {
    await finishDeletion(ports, record);
    return 'erased';
  }
  if (hasEnded(record)) {
    await announce(ports, record);
    return 'announced';
  }
  const settled = await settle(ports, record);
  if (hasEnded(settled)) return 'announced';
  const queue: QueueName = record.state === 'FANNED_OUT' ? 'rotation' : 'ingest';
  if (backlogs[queue] > 0) return (await postpone(ports, record)) && 'postponed';
  if (record.resends >= ports.settings.maxResends) return (await giveUp(ports, record)) && 'failed';
  const claimed = await claimRepair(ports, record);
  if (!claimed) return undefined;
  await resend(ports, claimed);
  return 'resent';
}

async function resend(ports: Ports, record: ImageRecord): Promise<void> {
  const { imageId, run, attempt } = record;
  if (record.state !== 'FANNED_OUT') {
    await ports.queue.send('ingest', [resumeBody({ imageId, run, attempt })]);
    return;
  }
  const degrees = missingRotations(asStarted(record));
  await ports.queue.send(
    'rotation',
    degrees.map((angle) => rotationBody({ imageId, run, attempt, degrees: angle })),
  );
}

async function giveUp(ports: Ports, record: ImageRecord): Promise<ImageRecord | undefined> {
  const waitsFor = record.expected ? missingParts(asStarted(record)).join(', ') : 'its first start';
  const last = record.lastError ? ` The last error was: ${record.lastError.sentence}` : '';
  const ended = await endWithout(ports, record, 'FAILED', {
    code: 'STALLED',
    sentence: `Nothing came of ${record.resends} repairs; the run still waits for: ${waitsFor}.${last}`,
    stage: 'sweeper',
  });
  return ended && announce(ports, ended);
}
