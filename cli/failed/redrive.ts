import { setTimeout as sleep } from 'node:timers/promises';
import { InvalidInputError } from '../../core/errors.ts';
import { redriveRun, redriveUnprocessableMessage } from '../../core/pipeline/failures.ts';
import { type ImageRecord, isUnderWay } from '../../core/pipeline/record.ts';
import type { Ports } from '../../core/ports.ts';
import { count, formatDuration } from '../console/figures.ts';
import type { Progress } from '../console/progress.ts';
import { printable } from '../console/text.ts';
import type { Failures } from './failures.ts';

/** What came of sending failures again. */
export interface Redriven {
  messagesSent: number;
  reopened: ImageRecord[];
  /** What could not be sent again: somebody else was quicker, or too little of a message was kept. */
  refused: number;
}

/** Sends everything again; what can't be is told, and hinders nothing else. */
export async function sendAgain(
  ports: Ports,
  { runs, unprocessableMessages }: Failures,
  progress: Progress,
): Promise<Redriven> {
  const done: Redriven = { messagesSent: 0, reopened: [], refused: 0 };
  const attempt = async (work: () => Promise<void>) => {
    const sent = done.messagesSent + done.reopened.length + done.refused;
    progress.show(`sending ${sent + 1} of ${runs.length + unprocessableMessages.length} again`);
    try {
      await work();
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error;
      progress.print(error.message);
      done.refused++;
    }
  };
  for (const unprocessable of unprocessableMessages) {
    await attempt(async () => {
      await redriveUnprocessableMessage(ports, unprocessable);
      done.messagesSent++;
    });
  }
  for (const { imageId } of runs) {
    await attempt(async () => void done.reopened.push(await redriveRun(ports, imageId)));
  }
  return done;
}

/** How often runs that others work on are looked at. */
const LOOK_MS = 200;

/**
 * Waits for the end of reopened runs, and tells each.
 *
 * @returns the records at their end, and those that are still under way when the time is over
 */
export async function waitForEnds(
  ports: Ports,
  reopened: readonly ImageRecord[],
  waitMs: number,
  progress: Progress,
): Promise<{ ended: ImageRecord[]; underWay: ImageRecord[] }> {
  const endsAtMs = Date.now() + waitMs;
  const ended: ImageRecord[] = [];
  let underWay = [...reopened];
  while (underWay.length > 0) {
    for (const waiting of underWay) {
      const end = await endOf(ports, waiting);
      if (end) {
        ended.push(end);
        progress.print(endLine(end));
      }
    }
    underWay = underWay.filter(({ imageId }) => !ended.some((record) => record.imageId === imageId));
    const leftMs = endsAtMs - Date.now();
    if (underWay.length === 0 || leftMs <= 0) break;
    const of = `${underWay.length} of ${count(reopened.length, 'run')}`;
    progress.show(`waiting for the end of ${of}, for ${formatDuration(leftMs)} at most`);
    await sleep(Math.min(LOOK_MS, leftMs));
  }
  return { ended, underWay };
}

/** The record, if that attempt is over: it has ended, or somebody has moved the image on. */
async function endOf(ports: Ports, { imageId, run, attempt }: ImageRecord): Promise<ImageRecord | undefined> {
  const record = await ports.catalog.get(imageId);
  if (!record) throw new Error(`expected a record of ${imageId}`);
  const movedOn = record.run !== run || record.attempt !== attempt;
  return movedOn || !isUnderWay(record) ? record : undefined;
}

function endLine({ state, source, reason }: ImageRecord): string {
  const why = reason ? `: ${printable(reason.message)}` : '';
  return `${state}  ${printable(source.key)}${why}`;
}
