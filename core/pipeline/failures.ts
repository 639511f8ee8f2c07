import { InvalidInputError } from '../errors.ts';
import { QUEUES, type QueueName } from '../names.ts';
import type { Ports } from '../ports.ts';
import { resumeBody } from './messages/tasks.ts';
import { announce } from './publish.ts';
import type { ImageRecord, Incident } from './record.ts';
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
  const reopened = await reopen(ports, await announce(ports, record));
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
export async function redriveIncident(ports: Ports, incident: Incident): Promise<void> {
  const queue = QUEUES.find((name): name is QueueName => name === incident.queue);
  if (!queue) {
    throw new InvalidInputError(
      `incident ${incident.incidentId}: expected a queue of ${QUEUES}, received ${incident.queue}`,
    );
  }
  if (Buffer.byteLength(incident.body) < incident.bodyBytes) {
    throw new InvalidInputError(
      `incident ${incident.incidentId}: the message had ${incident.bodyBytes} bytes and only its start was kept; ` +
        'it can not be sent again.',
    );
  }
  await ports.queue.send(queue, [incident.body]);
  await ports.catalog.removeIncident(incident.incidentId);
}
