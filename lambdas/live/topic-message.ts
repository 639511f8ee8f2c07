import * as z from 'zod';
import { endedMessage } from '../../core/pipeline/messages/ended-message.ts';
import { type LiveMessage, liveMessageSchema } from '../../core/pipeline/messages/live.ts';

const { imageId, owner, run, attempt, state, reason } = liveMessageSchema.shape;

/** What a live message takes of a completion event. Other releases may have written the event. */
const eventSchema = z.looseObject({
  ...{ imageId, owner, run, attempt, state, reason },
  revision: z.int().min(0).default(0),
  fileName: z.string().optional(),
  source: z.looseObject({ key: z.string() }),
  outputs: z.array(z.looseObject({ variant: z.string() })),
});

const progressSchema = z.looseObject(liveMessageSchema.shape);

/**
 * The live message in a message of a topic: that of the progress topic, or the end of a run in a completion event,
 * without its links.
 *
 * @throws ZodError where it is neither
 */
export function readTopicMessage(text: string): LiveMessage {
  const json: unknown = JSON.parse(text);
  const progress = progressSchema.safeParse(json);
  if (progress.success) return liveMessageSchema.parse(pickKnown(progress.data));
  const { source, fileName = source.key.split('/').at(-1) ?? '', ...event } = eventSchema.parse(json);
  return endedMessage({ ...event, fileName });
}

/** A newer release may have added fields. */
function pickKnown(message: Record<string, unknown>): Record<string, unknown> {
  const known = Object.keys(liveMessageSchema.shape);
  return Object.fromEntries(known.map((field) => [field, message[field]]));
}
