import { InvalidInputError, TransientError } from '../../core/errors.ts';
import { redriveRun, redriveUnprocessableMessage } from '../../core/pipeline/failures.ts';
import type { ImageRecord } from '../../core/pipeline/record.ts';
import type { Ports } from '../../core/ports.ts';
import { EndedRuns } from '../../local/worker/ended-runs.ts';
import { pause } from '../../local/worker/loop.ts';
import { count, formatDuration } from '../console/figures.ts';
import type { Progress } from '../console/progress.ts';
import { printable } from '../console/text.ts';
import type { Failures } from './failures.ts';

/** The outcome of sending failures again. */
export interface Redriven {
  messagesSent: number;
  reopened: ImageRecord[];
  /** Failures that could not be sent again: somebody else was faster, or a message was kept only in part. */
  refused: number;
}

/** Sends everything again. A failure that can't be sent is reported, and the others are sent anyway. */
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

/** How often runs are looked at that another process works on. */
const LOOK_MS = 200;

/**
 * Waits for the end of reopened runs, and prints each.
 *
 * @returns the records of the runs that have ended in time
 * @throws the catalog's error, unless a later look may succeed
 */
export async function waitForEnds(
  { catalog }: Ports,
  reopened: readonly ImageRecord[],
  waitMs: number,
  progress: Progress,
): Promise<ImageRecord[]> {
  const ended: ImageRecord[] = [];
  const failure = Promise.withResolvers<never>();
  const runs = new EndedRuns({
    catalog,
    lookEveryMs: LOOK_MS,
    onError(error) {
      if (error instanceof TransientError) progress.print(error.message);
      else failure.reject(error);
    },
  });
  const showProgress = () => {
    const of = `${reopened.length - ended.length} of ${count(reopened.length, 'run')}`;
    progress.show(`waiting for the end of ${of}, for ${formatDuration(waitMs)} at most`);
  };
  const allEnded = reopened.map(async (run) => {
    const record = await runs.end(run);
    ended.push(record);
    progress.print(endLine(record));
    showProgress();
  });
  const timeIsOver = new AbortController();
  showProgress();
  runs.start();
  try {
    await Promise.race([Promise.all(allEnded), failure.promise, pause(waitMs, timeIsOver.signal)]);
  } finally {
    timeIsOver.abort();
    await runs.stop();
  }
  return ended;
}

function endLine({ state, source, reason }: ImageRecord): string {
  const why = reason ? `: ${printable(reason.message)}` : '';
  return `${state}  ${printable(source.key)}${why}`;
}
