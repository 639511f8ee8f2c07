import * as z from 'zod';

const comparison = z.strictObject({
  ssim: z.number().nullable(),
  psnrDb: z.number().nullable(),
  identical: z.boolean(),
});

/** The quality block of events. */
const qualitySchema = z.strictObject({
  encode: comparison,
  detail: comparison.nullable(),
  enhance: comparison,
});

/** The end of a run, as SNS, webhooks and the event file carry it. Version 1. */
export const completionEventSchema = z.strictObject({
  version: z.literal(1),
  eventId: z.string().regex(/^[0-9a-f]{64}$/),
  type: z.enum(['image.completed', 'image.rejected', 'image.failed']),
  imageId: z.string().regex(/^[0-9a-f]{64}$/),
  run: z.int().min(1),
  attempt: z.int().min(1),
  owner: z.string().nullable(),
  source: z.strictObject({
    bucket: z.string(),
    key: z.string(),
    versionId: z.string(),
    bytes: z.int().min(0),
    widthPx: z.int().nullable(),
    heightPx: z.int().nullable(),
    format: z.string().nullable(),
  }),
  outputs: z.array(
    z.strictObject({
      variant: z.string(),
      bucket: z.string(),
      key: z.string(),
      widthPx: z.int(),
      heightPx: z.int(),
      bytes: z.int(),
      contentType: z.string(),
      url: z.string(),
      urlExpiresAt: z.string().nullable(),
    }),
  ),
  quality: qualitySchema.nullable(),
  /** What the search for a target SSIM chose; null where the recipe names a quality. */
  encoding: z
    .strictObject({ format: z.string(), quality: z.int(), mozjpeg: z.boolean(), targetMet: z.boolean() })
    .nullable(),
  labels: z.array(z.strictObject({ label: z.string(), confidence: z.number() })),
  /** The recipe's name; null where the run ended before it had one. */
  recipe: z.string().nullable(),
  timingsMs: z.record(z.string(), z.number()),
  /** The work on pixels in this run, by all workers and tries together; what they waited for is not in it. */
  computeMs: z.int().min(0),
  reason: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
});

export type CompletionEvent = z.infer<typeof completionEventSchema>;
