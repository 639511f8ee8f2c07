import { InvalidInputError, TransientError } from '../errors.ts';
import { QUEUES } from '../names.ts';
import type { Ports } from '../ports.ts';
import { dayOf } from '../trends/trends.ts';
import { publishEnd } from './publish.ts';
import type { ImageRecord, UnprocessableMessage } from './record.ts';
import { sendToProcessor } from './send-tasks.ts';
import { reopen } from './transitions.ts';

/** Somebody else may redrive the same run, or publish its end. */
const MAX_TRIES = 5;

/** The images whose current run FAILED. */
export async function* listFailedRuns(ports: Ports): AsyncIterable<ImageRecord> {
  for await (const imageId of ports.catalog.failed()) {
    const record = await ports.catalog.get(imageId);
    if (record?.state === 'FAILED') yield record;
  }
}

/**
 * Gives a failed run another attempt. Its finished parts stay.
 *
 * @throws InvalidInputError where there is no such image or its run has not failed; TransientError where it changes again
 *   and again meanwhile
 */
export async function redriveRun(ports: Ports, imageId: string, tries = MAX_TRIES): Promise<ImageRecord> {
  const record = await ports.catalog.get(imageId);
  if (record?.state !== 'FAILED') {
    const found = record ? `it is ${record.state}` : 'there is none';
    throw new InvalidInputError(
      `expected the id of an image whose run FAILED, received ${imageId}: ${found}`,
    );
  }
  await ports.trendMarks?.touch(dayOf(record.createdAt));
  const reopened = await reopen(ports, await publishEnd(ports, record));
  if (!reopened) {
    if (tries > 1) return redriveRun(ports, imageId, tries - 1);
    throw new TransientError(
      'RECORD_BUSY',
      `Image ${imageId} changed ${MAX_TRIES} times while it was redriven.`,
    );
  }
  await sendToProcessor(ports, reopened);
  return reopened;
}

/**
 * Sends an unprocessable message to its queue again: a newer release may read it.
 *
 * @throws InvalidInputError where the catalog holds only its start, or names a queue that there is not
 */
export async function redriveUnprocessableMessage(
  ports: Ports,
  unprocessable: UnprocessableMessage,
): Promise<void> {
  const { messageId, body, bodyBytes } = unprocessable;
  const queue = QUEUES.find((name) => name === unprocessable.queue);
  if (!queue) {
    throw new InvalidInputError(
      `unprocessable message ${messageId}: expected one of the queues ${QUEUES.join(', ')}, received ${unprocessable.queue}`,
    );
  }
  if (Buffer.byteLength(body) < bodyBytes) {
    throw new InvalidInputError(
      `unprocessable message ${messageId}: it had ${bodyBytes} bytes, of which only the start was kept. ` +
        'It cannot be sent again.',
    );
  }
  await ports.queue.send(queue, [body]);
  await ports.catalog.removeUnprocessableMessage(messageId);
}
