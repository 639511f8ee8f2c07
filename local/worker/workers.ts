import { type Reason, reasonOf, TransientError, UnprocessableMessageError } from '../../core/errors.ts';
import type { ImageQueue } from '../../core/names.ts';
import { labelImage } from '../../core/pipeline/label-image.ts';
import { makePart } from '../../core/pipeline/make-part.ts';
import { forEachTask, readMessage } from '../../core/pipeline/messages/message.ts';
import { processIngest } from '../../core/pipeline/process-image.ts';
import type { ImageRecord } from '../../core/pipeline/record.ts';
import { recordDeadLetter } from '../../core/pipeline/record-dead-letter.ts';
import type { Classifier, ExportPorts, LabelPorts, WorkerPorts } from '../../core/ports.ts';
import { deadLetterQueueOf, type QueueAddress, type TaskSource } from '../adapters/task-lease.ts';
import type { Log } from '../log.ts';
import { exportWorkers } from './exports-workers.ts';
import type { Loop } from './loop.ts';
import { taskLoop } from './task-loop.ts';

export interface WorkerOptions {
  /** Images that are processed at once, and as many parts beside them. */
  concurrency: number;
  visibilityMs: number;
  /** A failed task is tried again after the first of these, then after twice that, up to the second. */
  retry: { firstMs: number; longestMs: number };
  log: Log;
  /** Called with what delays the work, in a message for the user. */
  onError(problem: Reason): void;
}

interface Worker {
  address: QueueAddress;
  concurrency: number;
  /** @returns for the log, what it did */
  work(body: string): Promise<object[]>;
  canReceive?(): Promise<boolean>;
}

/**
 * With this many parts waiting, no further image is begun. Images then end one after the other instead of all of them
 * towards the end, and few intermediates are on the disk at once.
 */
const PARTS_WAITING_MAX = 24;

/** The workers of the pipeline as loops over the queues: what the functions and their event sources are on AWS. */
export function makeWorkers(
  ports: WorkerPorts & ExportPorts & { classifier?: Classifier },
  source: TaskSource,
  options: WorkerOptions,
): Loop[] {
  const { concurrency } = options;
  const recorder = (queue: ImageQueue) =>
    makeLoop(source, options, {
      address: deadLetterQueueOf(queue),
      concurrency: 1,
      work: async (body) => (await recordDeadLetter(ports, readMessage(queue, body))).map(logged),
    });
  const processor = makeLoop(source, options, {
    address: 'ingest',
    concurrency,
    work: async (body) =>
      (await forEachTask(readMessage('ingest', body), (task) => processIngest(ports, task))).map(logged),
    canReceive: async () => (await ports.queue.backlog('parts')) < PARTS_WAITING_MAX,
  });
  const partsWorker = makeLoop(source, options, {
    address: 'parts',
    concurrency,
    work: async (body) =>
      (await forEachTask(readMessage('parts', body), (task) => makePart(ports, task))).map(logged),
  });
  source.onChange('parts', () => processor.notify());
  // One at a time: an archive keeps the disk busy.
  const exporters = exportWorkers(ports).map(([address, work]) =>
    makeLoop(source, options, { address, concurrency: 1, work: async (body) => [await work(body)] }),
  );
  const { classifier } = ports;
  const labellers = classifier && [labelsLoop({ ...ports, classifier }, source, options), recorder('labels')];
  return [processor, partsWorker, recorder('ingest'), recorder('parts'), ...(labellers ?? []), ...exporters];
}

/** One picture at a time: the model has one session. */
function labelsLoop(ports: LabelPorts, source: TaskSource, options: WorkerOptions): Loop {
  return makeLoop(source, options, {
    address: 'labels',
    concurrency: 1,
    work: async (body) =>
      (await forEachTask(readMessage('labels', body), (task) => labelImage(ports, task))).map(logged),
  });
}

function logged({ imageId, run, attempt, state }: ImageRecord) {
  return { imageId, run, attempt, state };
}

function makeLoop(
  source: TaskSource,
  { log, onError, visibilityMs, retry }: WorkerOptions,
  { work, ...queue }: Worker,
): Loop {
  return taskLoop(source, {
    ...queue,
    visibilityMs,
    async work(body) {
      for (const done of await work(body)) log.info('task done', { queue: queue.address, ...done });
    },
    delayAfter(error, receives) {
      // No wait helps a message that nobody can read: the sooner it is recorded, the better.
      if (error instanceof UnprocessableMessageError) return 0;
      return Math.min(retry.firstMs * 2 ** (receives - 1), retry.longestMs);
    },
    onFailure(error, task) {
      log.error('task failed', error, { queue: queue.address, receives: task?.receives, body: task?.body });
      if (!(error instanceof UnprocessableMessageError)) onError(problemOf(error));
    },
  });
}

function problemOf(error: unknown): Reason {
  const reason = reasonOf(error);
  if (error instanceof TransientError) return reason;
  return { code: reason.code, message: `An unexpected error occurred: ${reason.message}` };
}
