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

export interface StageOptions {
  /** Images, and beside them rotations, that are worked on at once. */
  concurrency: number;
  visibilityMs: number;
  /** A failed task waits so long, then twice that, and so on to the longest. */
  retry: { firstMs: number; longestMs: number };
  log: Log;
  /** Told of what holds the work up, in words. */
  onTrouble(trouble: Reason): void;
}

interface Stage {
  address: QueueAddress;
  concurrency: number;
  work(body: string): Promise<ImageRecord[]>;
  mayTake?(): Promise<boolean>;
}

/**
 * With so many rotations waiting no further image is begun: images are finished one after the other, instead of all
 * of them towards the end, and few intermediates lie on the disk at once.
 */
const ROTATIONS_WAITING_MAX = 24;

/** The stages of the pipeline as loops over the queues: what the Lambdas and their event sources are on AWS. */
export function makeStages(ports: WorkerPorts, source: TaskSource, options: StageOptions): TaskLoop[] {
  const recorder = (queue: QueueName): Stage => ({
    address: deadLettersOf(queue),
    concurrency: 1,
    work: (body) => recordDeadLetter(ports, { queue, body }),
  });
  const stages: Stage[] = [
    {
      address: 'ingest',
      concurrency: options.concurrency,
      work: (body) => processIngest(ports, body),
      mayTake: async () => (await ports.queue.backlog('rotation')) < ROTATIONS_WAITING_MAX,
    },
    {
      address: 'rotation',
      concurrency: options.concurrency,
      async work(body) {
        const record = await rotateImage(ports, body);
        wake(loops, 'ingest');
        return [record];
      },
    },
    recorder('ingest'),
    recorder('rotation'),
  ];
  const loops = stages.map((stage) =>
    makeLoop(source, stage, options, () => {
      // A message that has failed for the last time is a dead letter now.
      wake(loops, 'ingest-dead');
      wake(loops, 'rotation-dead');
    }),
  );
  return loops;
}

function makeLoop(source: TaskSource, stage: Stage, options: StageOptions, onFailed: () => void): TaskLoop {
  const { log, onTrouble, visibilityMs, retry } = options;
  const { address, concurrency, mayTake } = stage;
  return new TaskLoop(source, {
    address,
    concurrency,
    visibilityMs,
    ...(mayTake && { mayTake }),
    async work(body) {
      for (const { imageId, run, attempt, state } of await stage.work(body)) {
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
      if (!(error instanceof UnreadableMessageError)) onTrouble(troubleOf(error));
      onFailed();
    },
  });
}

function wake(loops: readonly TaskLoop[], address: QueueAddress): void {
  loops.find((loop) => loop.address === address)?.wake();
}

function troubleOf(error: unknown): Reason {
  const reason = reasonOf(error);
  if (error instanceof TransientError) return reason;
  return { code: reason.code, sentence: `Something unforeseen went wrong: ${reason.sentence}` };
}
