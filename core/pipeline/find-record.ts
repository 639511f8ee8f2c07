import { UnreadableMessageError } from '../errors.ts';
import type { Ports } from '../ports.ts';
import type { ImageRecord } from './record.ts';

/**
 * The record that a message is about.
 *
 * @throws UnreadableMessageError where the catalog has none: the message becomes an unprocessable message
 */
export async function findRecord(ports: Ports, imageId: string): Promise<ImageRecord> {
  const record = await ports.catalog.get(imageId);
  if (record) return record;
  throw new UnreadableMessageError(`expected an image of the catalog, received the id ${imageId}`);
}

/** The record as it is now, after a change that found it moved on. */
export async function reread(ports: Ports, seen: ImageRecord): Promise<ImageRecord> {
  return (await ports.catalog.get(seen.imageId)) ?? seen;
}
