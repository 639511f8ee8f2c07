import { eventIdOf } from '../names.ts';
import type { Ports } from '../ports.ts';
import { imageView } from './image-view.ts';
import type { CompletionEvent } from './messages/completion.ts';
import { asStarted } from './outputs.ts';
import { hasEnded, type ImageRecord, isUnderWay } from './record.ts';
import { complete, markPublished } from './transitions.ts';

const EVENT_TYPES = {
  COMPLETE: 'image.completed',
  REJECTED: 'image.rejected',
  FAILED: 'image.failed',
} as const;

/**
 * Publishes the end of a run, if it has ended and has not been published. A crash before the mark makes the next
 * caller publish it again, under the same event id.
 */
export async function publishEnd(ports: Ports, record: ImageRecord): Promise<ImageRecord> {
  if (!hasEnded(record) || record.publishedAt !== undefined) return record;
  await ports.publisher.publish(await eventOf(ports, record));
  return (await markPublished(ports, record)) ?? record;
}

/**
 * Completes a run whose parts are all there, and publishes an end that has not been published. The outermost function
 * of a use case calls it once, with the record that the use case left: any of them may have finished the last part.
 */
export async function completeAndPublish(ports: Ports, record: ImageRecord): Promise<ImageRecord> {
  return publishEnd(ports, await completeIfFinished(ports, record));
}

/** The record in state COMPLETE where all parts of a run under way are there; else the record as it is. */
export async function completeIfFinished(ports: Ports, record: ImageRecord): Promise<ImageRecord> {
  if (!record.recipe || !isUnderWay(record)) return record;
  return (await complete(ports, asStarted(record))) ?? record;
}

async function eventOf(ports: Ports, record: ImageRecord): Promise<CompletionEvent> {
  const type = EVENT_TYPES[record.state as keyof typeof EVENT_TYPES];
  const view = imageView(record, ports.settings.processedBucket);
  const outputs = await Promise.all(
    view.outputs.map(async (output) => {
      const { url, expiresAt } = await ports.links.sign({ bucket: output.bucket, key: output.key });
      return { ...output, url, urlExpiresAt: expiresAt };
    }),
  );
  const eventId = eventIdOf(record.imageId, record.run, record.attempt, type);
  return { version: 1, eventId, type, ...view, outputs };
}
