import { createHash } from 'node:crypto';
import { reasonOf, UnprocessableMessageError } from '../errors.ts';
import { cutUtf8, type ImageQueue, type QueueName, type WorkerName } from '../names.ts';
import type { Ports } from '../ports.ts';
import { recordFor } from './find-record.ts';
import { recordUnavailable } from './label-image.ts';
import { forEachTask, type Message } from './messages/message.ts';
import type { IngestTask, PartTask } from './messages/tasks.ts';
import { completeIfFinished, publishEnd } from './publish.ts';
import { type ImageRecord, isUnderWay } from './record.ts';
import { endUnsuccessfully } from './transitions.ts';

/** The worker that consumes each queue. */
const CONSUMERS: Record<ImageQueue, WorkerName> = {
  ingest: 'processor',
  parts: 'parts',
  labels: 'labels',
};

/** In bytes. A queue takes 1 MiB and an item of the catalog 400 KB; none of our messages comes near. */
const MAX_KEPT_BYTES = 65_536;

/**
 * Turns a dead-letter message into a FAILED run with the reason, or keeps it as an unprocessable message where it
 * can't be read or is about no image that we know. After that it may be deleted: it is redriven from the catalog.
 *
 * @returns the records as they are then; none for an unprocessable message
 * @throws TransientError when the message should come again
 */
export async function recordDeadLetter(ports: Ports, message: Message): Promise<ImageRecord[]> {
  try {
    return await forEachTask(message, async (task) =>
      publishEnd(ports, await failRun(ports, task, message.queue)),
    );
  } catch (error) {
    if (!(error instanceof UnprocessableMessageError)) throw error;
    await keepUnprocessable(ports, message, error);
    return [];
  }
}

/** Keeps a message that nobody can read, so that a newer release may. Repeating it changes nothing. */
export async function keepUnprocessable(
  ports: Pick<Ports, 'catalog' | 'clock'>,
  { queue, body }: { queue: QueueName; body: string },
  error: UnprocessableMessageError,
): Promise<void> {
  await ports.catalog.putUnprocessableMessage({
    messageId: createHash('sha256')
      .update(JSON.stringify([queue, body]))
      .digest('hex'),
    queue,
    body: cutUtf8(body, MAX_KEPT_BYTES),
    bodyBytes: Buffer.byteLength(body),
    reason: { ...reasonOf(error), code: 'UNPROCESSABLE_MESSAGE', at: ports.clock.now().toISOString() },
  });
}

/** A message of an earlier run or attempt, or about work that is done, fails nothing. */
async function failRun(ports: Ports, task: IngestTask | PartTask, queue: ImageQueue): Promise<ImageRecord> {
  const record = await recordFor(ports, task);
  const completed = await completeIfFinished(ports, record);
  if (isStale(task, record) || isDone(task, record) || !isUnderWay(completed)) return completed;
  const last = record.lastError;
  if (queue === 'labels') return giveUpLabels(ports, completed);
  const ended = await endUnsuccessfully(ports, completed, 'FAILED', {
    code: last?.code ?? 'DEAD_LETTER',
    message: last
      ? `The ${queue} queue gave up after its last try: ${last.message}`
      : `The ${queue} queue gave up: no try ended or left a reason.`,
    worker: last?.worker ?? CONSUMERS[queue],
  });
  return ended ?? completed;
}

/** A model never turns a picture into a failure: the run completes without its answer. */
async function giveUpLabels(ports: Ports, record: ImageRecord): Promise<ImageRecord> {
  const { lastError } = record;
  const isOurs = lastError?.worker === CONSUMERS.labels;
  const finished = await recordUnavailable(ports, record, {
    code: isOurs ? lastError.code : 'DEAD_LETTER',
    message: isOurs ? lastError.message : 'No try ended or left a reason.',
  });
  return completeIfFinished(ports, finished ?? record);
}

function isStale(task: IngestTask | PartTask, record: ImageRecord): boolean {
  const { run, attempt } = task.type === 'upload' ? { run: 1, attempt: 1 } : task;
  return run !== record.run || attempt !== record.attempt;
}

function isDone(task: IngestTask | PartTask, { state, finished }: ImageRecord): boolean {
  return task.type === 'part' ? Object.hasOwn(finished, task.variant) : state === 'FANNED_OUT';
}
