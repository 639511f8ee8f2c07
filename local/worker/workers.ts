import { type Reason, reasonOf, TransientError, UnreadableMessageError } from '../../core/errors.ts';
import type { QueueName } from '../../core/names.ts';
import { rotateImage } from '../../core/pipeline/make-part.ts';
import { processIngest } from '../../core/pipeline/process-image.ts';
import type { ImageRecord } from '../../core/pipeline/record.ts';
import { recordDeadLetter } from '../../core/pipeline/record-dead-letter.ts';
import type { WorkerPorts } from '../../core/ports.ts';
import { deadLettersOf, type QueueAddress, type TaskSource } from '../adapters/task-lease.ts';
import type { Log } from '../log.ts';
import { TaskLoop } from './task-loop.ts';

export interface WorkerOptions {
  /** Images, and beside them rotations, that are worked on at once. */
  concurrency: number;
  visibilityMs: number;
  /** A failed task waits so long, then twice that, and so on to the longest. */
  retry: { firstMs: number; longestMs: number };
  log: Log;
  /** Told of what holds the work up, in words. */
  onError(problem: Reason): void;
}

interface Worker {
  address: QueueAddress;
  concurrency: number;
  work(body: string): Promise<ImageRecord[]>;
  canReceive?(): Promise<boolean>;
}

/**
 * With so many rotations waiting no further image is begun: images are finished one after the other, instead of all
 * of them towards the end, and few intermediates lie on the disk at once.
 */
const PARTS_WAITING_MAX = 24;

/** The stages of the pipeline as loops over the queues: what the Lambdas and their event sources are on AWS. */
export function makeWorkers(ports: WorkerPorts, source: TaskSource, options: WorkerOptions): TaskLoop[] {
  const recorder = (queue: QueueName): Worker => ({
    address: deadLettersOf(queue),
    concurrency: 1,
    work: (body) => recordDeadLetter(ports, { queue, body }),
  });
  const workers: Worker[] = [
    {
      address: 'ingest',
      concurrency: options.concurrency,
      work: (body) => processIngest(ports, body),
      canReceive: async () => (await ports.queue.backlog('parts')) < PARTS_WAITING_MAX,
    },
    {
      address: 'parts',
      concurrency: options.concurrency,
      async work(body) {
        const record = await rotateImage(ports, body);
        notify(loops, 'ingest');
        return [record];
      },
    },
    recorder('ingest'),
    recorder('parts'),
  ];
  const loops = workers.map((worker) =>
    makeLoop(source, worker, options, () => {
      // A message that has failed for the last time is a dead letter now.
      notify(loops, 'ingest-dead');
      notify(loops, 'parts-dead');
    }),
  );
  return loops;
}

function makeLoop(
  source: TaskSource,
  worker: Worker,
  options: WorkerOptions,
  onFailed: () => void,
): TaskLoop {
  const { log, onError, visibilityMs, retry } = options;
  const { address, concurrency, canReceive } = worker;
  return new TaskLoop(source, {
    address,
    concurrency,
    visibilityMs,
    ...(canReceive && { canReceive }),
    async work(body) {
      for (const { imageId, run, attempt, state } of await worker.work(body)) {
        log.info('task done', { queue: address, imageId, run, attempt, state });
      }
    },
    delayAfter(error, receives) {
      // No wait helps a message that nobody can read: the sooner it is recorded, the better.
      if (error instanceof UnreadableMessageError) return 0;
      return Math.min(retry.firstMs * 2 ** (receives - 1), retry.longestMs);
    },
    onFailure(error, task) {
      log.error('task failed', error, { queue: address, receives: task?.receives, body: task?.body });
      if (!(error instanceof UnreadableMessageError)) onError(problemOf(error));
      onFailed();
    },
  });
}

function notify(loops: readonly TaskLoop[], address: QueueAddress): void {
  loops.find((loop) => loop.address === address)?.notify();
}

function problemOf(error: unknown): Reason {
  const reason = reasonOf(error);
  if (error instanceof TransientError) return reason;
  return { code: reason.code, message: `Something unforeseen went wrong: ${reason.message}` };
}
