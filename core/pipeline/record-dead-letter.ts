import { createHash } from 'node:crypto';
import { reasonOf, UnreadableMessageError } from '../errors.ts';
import { cutUtf8, type QueueName } from '../names.ts';
import type { Ports } from '../ports.ts';
import { findRecord } from './find-record.ts';
import { parseIngest, parsePart } from './messages/tasks.ts';
import { completeIfFinished, publishEnd } from './publish.ts';
import { type ImageRecord, isUnderWay } from './record.ts';
import { endUnsuccessfully, receive } from './transitions.ts';

/** A queue takes 1 MiB, an item of the catalog 400 KB; none of our messages comes near. */
const MAX_KEPT_BYTES = 65_536;

/** A message that its queue gave up. */
export interface DeadLetter {
  queue: QueueName;
  body: string;
}

/**
 * Turns a dead letter into a FAILED run with the reason, or into an incident where it names no image we know.
 * After that the message may be deleted: the catalog knows how to redrive it.
 *
 * @returns the records as they are now; none for an incident
 * @throws TransientError when the letter should come again
 */
export async function recordDeadLetter(ports: Ports, letter: DeadLetter): Promise<ImageRecord[]> {
  try {
    return await failRuns(ports, letter);
  } catch (error) {
    if (!(error instanceof UnreadableMessageError)) throw error;
    await ports.catalog.putUnprocessableMessage({
      messageId: createHash('sha256')
        .update(JSON.stringify([letter.queue, letter.body]))
        .digest('hex'),
      queue: letter.queue,
      body: cutUtf8(letter.body, MAX_KEPT_BYTES),
      bodyBytes: Buffer.byteLength(letter.body),
      reason: { ...reasonOf(error), code: 'UNREADABLE_MESSAGE', at: ports.clock.now().toISOString() },
    });
    return [];
  }
}

async function failRuns(ports: Ports, { queue, body }: DeadLetter): Promise<ImageRecord[]> {
  const records: ImageRecord[] = [];
  for (const task of queue === 'parts' ? [parsePart(body)] : parseIngest(body)) {
    const isUpload = task.type === 'upload';
    const record = isUpload ? await receive(ports, task.source) : await findRecord(ports, task.imageId);
    const about = isUpload ? { run: 1, attempt: 1 } : task;
    records.push(await publishEnd(ports, await failRun(ports, record, about, queue)));
  }
  return records;
}

/** A letter of an earlier run or attempt, or about work that is done, fails nothing. */
async function failRun(
  ports: Ports,
  record: ImageRecord,
  task: { run: number; attempt: number; variant?: string },
  queue: QueueName,
): Promise<ImageRecord> {
  const current = task.run === record.run && task.attempt === record.attempt;
  const done =
    task.variant === undefined ? record.state === 'FANNED_OUT' : Object.hasOwn(record.finished, task.variant);
  const completed = await completeIfFinished(ports, record);
  if (!current || done || !isUnderWay(completed)) return completed;
  const last = record.lastError;
  const ended = await endUnsuccessfully(ports, completed, 'FAILED', {
    code: last?.code ?? 'DEAD_LETTER',
    message: last
      ? `The ${queue} queue gave up after its last try: ${last.message}`
      : `The ${queue} queue gave up: no try came to an end, nor left a reason.`,
    worker: last?.worker ?? queue,
  });
  return ended ?? completed;
}
