import * as z from 'zod';
import { cutUtf8 } from '../../names.ts';
import { ENDED, type ImageRecord, UNDER_WAY } from '../record.ts';

/**
 * What the live updates of an image carry: enough to update a list, at most 1 KB, and no links. `progress` is a step of
 * a run, `ended` its end; `changed` is a change by a person, such as another album. Readers drop a message whose
 * revision is not newer than what they have.
 */
export const liveMessageSchema = z
  .strictObject({
    version: z.literal(1),
    type: z.enum(['image.progress', 'image.ended', 'image.changed']),
    imageId: z.string(),
    owner: z.string().nullable(),
    run: z.int().min(1),
    attempt: z.int().min(1),
    revision: z.int().min(0),
    state: z.enum([...UNDER_WAY, ...ENDED, 'DELETED']),
    finished: z.array(z.string()).describe('The variants of the finished parts'),
    reason: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
    fileName: z.string(),
  })
  .meta({ id: 'LiveMessage' });

export type LiveMessage = z.infer<typeof liveMessageSchema>;

/** These two are the only texts of any length; cut to this, a message has at most 1 KB. */
const MAX_TEXT_BYTES = 200;

/** The start of a text that fits into a live message, where it counts as JSON: a control character takes six bytes. */
export function cutForLive(text: string): string {
  let cut = cutUtf8(text, MAX_TEXT_BYTES);
  for (let over = 1; over > 0; ) {
    over = Buffer.byteLength(JSON.stringify(cut)) - '""'.length - MAX_TEXT_BYTES;
    // Each character that goes takes away at most six bytes.
    if (over > 0) cut = cutUtf8(cut, Buffer.byteLength(cut) - Math.ceil(over / 6));
  }
  return cut;
}

/** The message that says what the record says. Two messages of one revision say the same. */
export function liveMessage(type: LiveMessage['type'], record: ImageRecord): LiveMessage {
  const { imageId, owner, run, attempt, revision, state, finished, reason, fileName } = record;
  return {
    version: 1,
    type,
    imageId,
    owner: owner ?? null,
    run,
    attempt,
    revision,
    state,
    finished: Object.keys(finished).toSorted(),
    reason: reason ? { code: reason.code, message: cutForLive(reason.message) } : null,
    fileName: cutForLive(fileName),
  };
}
