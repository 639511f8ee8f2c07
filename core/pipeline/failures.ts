import { InvalidInputError } from '../errors.ts';
import { QUEUES, type QueueName } from '../names.ts';
import type { Ports } from '../ports.ts';
import { resumeBody } from './messages/tasks.ts';
import { publishEnd } from './publish.ts';
import type { ImageRecord, UnprocessableMessage } from './record.ts';
import { reopen } from './transitions.ts';

/** The runs that FAILED. */
export async function* listFailedRuns(ports: Ports): AsyncIterable<ImageRecord> {
  for await (const imageId of ports.catalog.failed()) {
    const record = await ports.catalog.get(imageId);
    if (record?.state === 'FAILED') yield record;
  }
}

/**
 * Gives a failed run another attempt; the parts it has finished stay.
 *
 * @throws InvalidInputError where there is no such image or its run has not failed
 */
export async function redriveRun(ports: Ports, imageId: string): Promise<ImageRecord> {
  const record = await ports.catalog.get(imageId);
  if (record?.state !== 'FAILED') {
    const found = record ? `it is ${record.state}` : 'there is none';
    throw new InvalidInputError(
      `expected the id of an image whose run FAILED, received ${imageId}: ${found}`,
    );
  }
  const reopened = await reopen(ports, await publishEnd(ports, record));
  if (!reopened) return redriveRun(ports, imageId);
  const { run, attempt } = reopened;
  await ports.queue.send('ingest', [resumeBody({ imageId, run, attempt })]);
  return reopened;
}

/**
 * Sends the message of an incident again, to the queue that it came from; a newer release may read it.
 *
 * @throws InvalidInputError where the message was too large to be kept
 */
export async function redriveUnprocessableMessage(
  ports: Ports,
  unprocessable: UnprocessableMessage,
): Promise<void> {
  const queue = QUEUES.find((name): name is QueueName => name === unprocessable.queue);
  if (!queue) {
    throw new InvalidInputError(
      `incident ${unprocessable.messageId}: expected a queue of ${QUEUES}, received ${unprocessable.queue}`,
    );
  }
  if (Buffer.byteLength(unprocessable.body) < unprocessable.bodyBytes) {
    throw new InvalidInputError(
      `incident ${unprocessable.messageId}: the message had ${unprocessable.bodyBytes} bytes and only its start was kept; ` +
        'it can not be sent again.',
    );
  }
  await ports.queue.send(queue, [unprocessable.body]);
  await ports.catalog.removeUnprocessableMessage(unprocessable.messageId);
}
