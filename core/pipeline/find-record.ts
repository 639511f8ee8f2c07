import { UnprocessableMessageError } from '../errors.ts';
import type { Ports } from '../ports.ts';
import type { IngestTask, PartTask } from './messages/tasks.ts';
import type { ImageRecord } from './record.ts';
import { receive } from './transitions.ts';

/**
 * The record that a task is about; a new upload gets one.
 *
 * @throws UnprocessableMessageError where the catalog has no such image: its message becomes an unprocessable message
 */
export async function recordFor(ports: Ports, task: IngestTask | PartTask): Promise<ImageRecord> {
  if (task.type === 'upload') return receive(ports, task.source);
  const record = await ports.catalog.get(task.imageId);
  if (record) return record;
  throw new UnprocessableMessageError(`expected an image of the catalog, received the id ${task.imageId}`);
}

/** The record as it is now, after a change that found it moved on. */
export async function reread(ports: Ports, seen: ImageRecord): Promise<ImageRecord> {
  return (await ports.catalog.get(seen.imageId)) ?? seen;
}
