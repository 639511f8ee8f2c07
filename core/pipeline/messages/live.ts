import * as z from 'zod';
import { ENDED, UNDER_WAY } from '../record.ts';

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
