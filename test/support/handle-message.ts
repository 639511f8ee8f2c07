import type { ImageQueue } from '../../core/names.ts';
import { makePart } from '../../core/pipeline/make-part.ts';
import { forEachTask, readMessage } from '../../core/pipeline/messages/message.ts';
import { processIngest } from '../../core/pipeline/process-image.ts';
import type { ImageRecord } from '../../core/pipeline/record.ts';
import type { WorkerPorts } from '../../core/ports.ts';

/** Handles a message as the consumer of its queue does. */
export function handleMessage(ports: WorkerPorts, queue: ImageQueue, body: string): Promise<ImageRecord[]> {
  return queue === 'ingest'
    ? forEachTask(readMessage(queue, body), (task) => processIngest(ports, task))
    : forEachTask(readMessage(queue, body), (task) => makePart(ports, task));
}
