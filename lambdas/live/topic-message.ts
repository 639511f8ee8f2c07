import * as z from 'zod';
import { cutUtf8 } from '../../core/names.ts';
import { type LiveMessage, liveMessageSchema } from '../../core/pipeline/messages/live.ts';

/** So much of a reason and of a file name fits into a live message, which has at most 1 KB. */
const MAX_TEXT_BYTES = 200;

/** What a live message takes of a completion event. Other releases may have written the event. */
const eventSchema = z.looseObject({
  ...liveMessageSchema.pick({
    imageId: true,
    owner: true,
    run: true,
    attempt: true,
    state: true,
    reason: true,
  }).shape,
  revision: z.int().min(0).default(0),
  fileName: z.string().optional(),
  source: z.looseObject({ key: z.string() }),
  outputs: z.array(z.looseObject({ variant: z.string() })),
});

const progressSchema = z.looseObject(liveMessageSchema.shape);

/**
 * The live message in a message of a topic: that of the progress topic, or the end of a run as a completion event tells
 * it, without its links.
 *
 * @throws ZodError where it is neither
 */
export function readTopicMessage(text: string): LiveMessage {
  const json: unknown = JSON.parse(text);
  const progress = progressSchema.safeParse(json);
  if (progress.success) return liveMessageSchema.parse(pickKnown(progress.data));
  const {
    source,
    outputs,
    fileName = source.key.split('/').at(-1) ?? '',
    reason,
    ...event
  } = eventSchema.parse(json);
  const { imageId, owner, run, attempt, revision, state } = event;
  return {
    ...{ version: 1, type: 'image.ended', imageId, owner, run, attempt, revision, state },
    finished: outputs.map(({ variant }) => variant),
    reason: reason && { code: reason.code, message: cutUtf8(reason.message, MAX_TEXT_BYTES) },
    fileName: cutUtf8(fileName, MAX_TEXT_BYTES),
  };
}

/** A newer release may have added fields. */
function pickKnown(message: Record<string, unknown>): Record<string, unknown> {
  const known = Object.keys(liveMessageSchema.shape);
  return Object.fromEntries(known.map((field) => [field, message[field]]));
}
