import * as z from 'zod';
import { imageViewSchema, outputViewSchema } from '../image-view.ts';

const linkedOutput = outputViewSchema.extend({ url: z.string(), urlExpiresAt: z.string().nullable() });

/** The end of a run, as SNS, webhooks and the event file carry it: the view of the image, with links. Version 1. */
export const completionEventSchema = imageViewSchema.extend({
  version: z.literal(1),
  eventId: z.string().regex(/^[0-9a-f]{64}$/),
  type: z.enum(['image.completed', 'image.rejected', 'image.failed']),
  outputs: z.array(linkedOutput),
});

export type CompletionEvent = z.infer<typeof completionEventSchema>;
