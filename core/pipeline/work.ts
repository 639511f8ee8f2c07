import { PermanentError, reasonOf, TransientError } from '../errors.ts';
import { withinTime } from '../image/deadline.ts';
import type { WorkerName } from '../names.ts';
import type { Ports, Progress } from '../ports.ts';
import { reread } from './find-record.ts';
import type { ImageRecord, State } from './record.ts';
import { reportProgress } from './report-progress.ts';
import { endUnsuccessfully, recordTransientError } from './transitions.ts';

/** One try of a worker at a run. What an error leaves in the catalog follows from it. */
export interface Work {
  /** The record as this try has last seen it. */
  record: ImageRecord;
  /** Whether this try counted a start; a transient error then gives it back. */
  countedStart: boolean;
  /** Whole milliseconds of compute that the catalog does not hold yet. */
  readonly computeMs: number;
  /**
   * Runs work on pixels within the time limit of an image, and adds its duration to the compute.
   *
   * @throws PermanentError `PROCESSING_LIMIT`
   */
  compute<T>(work: () => Promise<T>): Promise<T>;
  /** Sends the record's live message to its watchers, while the work goes on. */
  reportProgress(record: ImageRecord): void;
  /** To be called when the catalog holds the compute, so that it is not added twice. */
  computeStored(): void;
}

/** Who works on which run, and the states in which the worker may reject it. */
export interface WorkOn {
  record: ImageRecord;
  worker: WorkerName;
  rejectsIn: readonly State[];
}

/**
 * Does the work on a run, and handles its errors: a PermanentError ends the run as REJECTED; every other error is
 * recorded with the run, and rethrown so that the message comes again. Either takes one write. Live messages go out
 * while the work goes on, and it ends at most 200 ms later for them.
 *
 * @returns the record after the work, or after the rejection
 * @throws the error; a TransientError for it where it could not be recorded
 */
export async function doWork(
  ports: Ports & { progress?: Progress },
  { record, worker, rejectsIn }: WorkOn,
  work: (work: Work) => Promise<ImageRecord>,
): Promise<ImageRecord> {
  const messages: Promise<void>[] = [];
  const current = startWork(record, ports.settings.limits.timeoutMs, (changed) => {
    messages.push(reportProgress(ports.progress, 'image.progress', changed));
  });
  if (record.state === 'RECEIVED') current.reportProgress(record);
  try {
    return await work(current);
  } catch (error) {
    const { record, computeMs, countedStart } = current;
    const reason = { ...reasonOf(error), worker };
    if (error instanceof PermanentError) {
      const ended = await endUnsuccessfully(ports, record, 'REJECTED', reason, {
        computeMs,
        states: rejectsIn,
      });
      return ended ?? reread(ports, record);
    }
    try {
      await recordTransientError(ports, record, reason, { computeMs, undoStart: countedStart });
    } catch (recordError) {
      const cause = new AggregateError(
        [error, recordError],
        'the work failed, and so did recording its error',
      );
      throw new TransientError(reason.code, reason.message, { cause });
    }
    throw error;
  } finally {
    await Promise.all(messages);
  }
}

function startWork(record: ImageRecord, timeoutMs: number, report: Work['reportProgress']): Work {
  let ms = 0;
  return {
    record,
    countedStart: false,
    reportProgress: report,
    get computeMs() {
      return Math.round(ms);
    },
    async compute(work) {
      const startedAtMs = performance.now();
      try {
        return await withinTime(timeoutMs, work());
      } finally {
        ms += performance.now() - startedAtMs;
      }
    },
    computeStored() {
      ms = 0;
    },
  };
}
