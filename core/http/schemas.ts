import * as z from 'zod';
import { SCOPES } from '../access.ts';
import { MAX_ALBUM_LENGTH } from '../album.ts';
import { LABEL_MODES } from '../labels/models.ts';
import { imageViewSchema } from '../pipeline/image-view.ts';
import { ENDED, UNDER_WAY } from '../pipeline/record.ts';
import { recipeName, recipeSchema } from '../recipe.ts';
import { exportQuotaSchema, uploadQuotaSchema } from '../settings.ts';
import { MEASURES, type Measure } from '../trends/trends.ts';
import { problemSchema } from './problem.ts';

/** The shapes of the API that several routes share, each once. The client takes its types from here. */

export const imageId = z.string().regex(/^[0-9a-f]{64}$/, 'expected the id of an image: 64 hex digits');
const time = z.string().describe('ISO 8601, UTC');
const state = z.enum([...UNDER_WAY, ...ENDED, 'DELETED']);

export const imageSchema = imageViewSchema.meta({ id: 'Image' });

/** What a recipe says that came with a request. */
const ownRecipe = recipeSchema
  .nullable()
  .describe('The recipe of a run that took none of the named ones; null for all others');

const runSchema = z
  .strictObject({
    run: z.int(),
    state,
    recipe: z.string().nullable(),
    startedAt: time.nullable(),
    endedAt: time.nullable(),
    reason: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
    quality: imageViewSchema.shape.quality,
    ownRecipe,
  })
  .meta({ id: 'Run' });

export const imageDetailSchema = imageViewSchema
  .extend({ ownRecipe, history: z.array(runSchema).describe('The earlier runs, newest first') })
  .meta({ id: 'ImageDetail' });

/** A flag in a query: absent or `false`, or `true`. */
const flag = z.enum(['true', 'false']).transform((text) => text === 'true');
const date = z
  .string()
  .regex(
    /^\d{4}(-\d\d(-\d\d(T[\d:.]+Z?)?)?)?$/,
    'expected a time as ISO 8601, or the start of one, such as 2026-11',
  );

export const imageQuerySchema = z.strictObject({
  state: state.exclude(['DELETED']).optional(),
  recipe: z.string().max(40).optional(),
  album: z.string().min(1).max(MAX_ALBUM_LENGTH).optional(),
  from: date.optional().describe('Uploaded from then on; in an album, captured'),
  to: date.optional().describe('Uploaded up to then; in an album, captured'),
  name: z.string().min(1).max(255).optional().describe('A part of the file name, in any case'),
  trash: flag.optional().describe('What is in the trash instead'),
  all: flag.optional().describe('The images of everybody; administrators only'),
  owner: z.string().min(1).max(200).optional().describe('The images of that user; administrators only'),
  cursor: z.string().max(2000).optional().describe('The `next` of the page before'),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

export const imagePageSchema = z
  .strictObject({
    images: z.array(imageSchema),
    next: z
      .string()
      .nullable()
      .describe('The cursor of the next page. The page may be short, or even empty, before the end'),
    total: z
      .strictObject({
        count: z.int(),
        isExact: z.boolean().describe('False where counting stopped: there are more'),
      })
      .nullable()
      .describe('With the first page; null where it cannot be counted cheaply'),
  })
  .meta({ id: 'ImagePage' });

export const meSchema = z
  .strictObject({
    id: z.string().describe('The owner of what this principal uploads'),
    kind: z.enum(['user', 'administrator', 'machine', 'laptop-owner']),
    name: z.string().nullable(),
    scopes: z.array(z.enum(SCOPES)).nullable().describe('Of a machine'),
  })
  .meta({ id: 'Me' });

export const limitsSchema = z
  .strictObject({
    maxBytes: z.int(),
    maxPixels: z.int(),
    maxPages: z.int(),
    trashDays: z.number().describe('How long an image stays in the trash'),
    uploadQuota: uploadQuotaSchema.nullable().describe('What you may upload in a day (UTC); null: no limit'),
    exportQuota: exportQuotaSchema.nullable().describe('What you may export in a day (UTC); null: no limit'),
    maxFilesPerRequest: z.int(),
    labelModes: z
      .array(z.enum(LABEL_MODES))
      .describe(
        'The modes of classification, the default first; none where the deployment classifies nothing',
      ),
  })
  .meta({ id: 'Limits' });

export const recipesSchema = z
  .strictObject({
    recipes: z.array(z.strictObject({ name: recipeName, isDefault: z.boolean(), recipe: recipeSchema })),
  })
  .meta({ id: 'Recipes' });

export const albumsSchema = z
  .strictObject({ albums: z.array(z.strictObject({ album: z.string(), images: z.int() })) })
  .meta({ id: 'Albums' });

/** A file name of a browser; the slashes would make folders of it. */
const fileName = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[^/\\\p{Cc}]+$/u, 'expected a file name without slashes and control characters')
  .refine((name) => name.isWellFormed() && name !== '.' && name !== '..', 'expected a file name');

export const MAX_FILES = 100;

export const uploadRequestSchema = z
  .strictObject({
    files: z
      .array(
        z.strictObject({
          name: fileName,
          bytes: z.int().min(1).describe('The stored object has from 1 byte to this many'),
          type: z
            .string()
            .max(100)
            .regex(/^(image\/[a-z0-9.+-]+|application\/octet-stream)$/, 'expected a type such as image/jpeg'),
          recipe: z.string().max(40).optional(),
          album: z
            .string()
            .max(2 * MAX_ALBUM_LENGTH)
            .optional(),
        }),
      )
      .min(1)
      .max(MAX_FILES),
  })
  .meta({ id: 'UploadRequest' });

export const uploadFormsSchema = z
  .strictObject({
    uploads: z
      .array(
        z.strictObject({
          uploadId: z.string(),
          key: z.string(),
          name: z.string(),
          url: z.string(),
          fields: z.record(z.string(), z.string()).describe('Send these, then the file as the field `file`'),
          expiresAt: time,
        }),
      )
      .describe('In the order of the files'),
  })
  .meta({ id: 'UploadForms' });

export const uploadSchema = z
  .strictObject({
    uploadId: z.string(),
    imageId: z.string().nullable().describe('null until it has been received'),
  })
  .meta({ id: 'Upload' });

export const signedLinkSchema = z
  .strictObject({ url: z.string(), expiresAt: time })
  .meta({ id: 'SignedLink' });

/** Four are made at once, and API Gateway waits for 30 s. */
const MAX_VIEWS = 20;

const linkRequestSchema = z.strictObject({
  imageId,
  variant: z
    .string()
    .min(1)
    .max(40)
    .describe('`processed`, the degrees of a rotation, `original`, `thumb`, or `view` (at most 1600 px)'),
  download: z.boolean().optional().describe('Browsers store the file. An original is always stored'),
});

export const linkRequestsSchema = z
  .strictObject({
    items: z
      .array(linkRequestSchema)
      .min(1)
      .max(100)
      .refine(
        (items) => items.filter(({ variant }) => variant === 'view').length <= MAX_VIEWS,
        `expected at most ${MAX_VIEWS} items with the variant view: each may have to be made first`,
      ),
  })
  .meta({ id: 'LinkRequests' });

export const linksSchema = z
  .strictObject({
    links: z
      .array(
        z.union([
          z.strictObject({ imageId: z.string(), variant: z.string(), url: z.string(), expiresAt: time }),
          z.strictObject({ imageId: z.string(), variant: z.string(), problem: problemSchema }),
        ]),
      )
      .describe('In the order of the items'),
  })
  .meta({ id: 'Links' });

/** A named recipe, or one of the caller's own. */
export const anyRecipe = z.union([recipeName, recipeSchema]);

export const previewRequestSchema = z
  .strictObject({
    recipe: anyRecipe.describe('A name, or what differs from the defaults'),
    draft: z
      .boolean()
      .default(false)
      .describe('Start from the view of 1,600 px: quick, and close to what a run would make'),
  })
  .meta({ id: 'PreviewRequest' });

export const previewFactsSchema = z.strictObject({
  isDraft: z.boolean(),
  widthPx: z.int(),
  heightPx: z.int(),
  bytes: z.int(),
  quality: imageViewSchema.shape.quality.unwrap().describe('Of a draft, `detail` and `ssimulacra2` are null'),
});

const day = z.iso.date().describe('A day of uploads in UTC, such as 2026-11-30');

const MEASURE_NAMES = Object.keys(MEASURES) as Measure[];

export const trendQuerySchema = z.strictObject({
  from: day.optional().describe('The first day; 30 days where absent, 92 at most'),
  to: day.optional().describe('The last day, which is included; today where absent'),
  all: flag.optional().describe('Of the images of everybody together; administrators only'),
  owner: z.string().min(1).max(200).optional().describe('Of the images of that user; administrators only'),
});

const spreadSchema = z.strictObject({
  count: z.int().describe('Images that have the measure'),
  p10: z.number().describe('A tenth of the images have at most this'),
  median: z.number(),
});

export const trendsSchema = z
  .strictObject({
    trends: z.array(
      z.strictObject({
        day: z.string(),
        recipe: z.string(),
        owner: z.string().nullable().describe('null: of everybody'),
        images: z.int().describe('That were uploaded on that day, and are COMPLETE'),
        measures: z
          .partialRecord(z.enum(MEASURE_NAMES), spreadSchema)
          .describe('A measure that no image has is absent. `encodeScore` is SSIMULACRA2'),
      }),
    ),
  })
  .meta({ id: 'Trends' });

const ids = z.array(imageId).min(1).max(100);
export const bulkRequestSchema = z
  .discriminatedUnion('action', [
    z.strictObject({ action: z.enum(['trash', 'restore', 'delete']), imageIds: ids }),
    z.strictObject({ action: z.literal('reprocess'), imageIds: ids, recipe: anyRecipe }),
    z.strictObject({
      action: z.literal('move'),
      imageIds: ids,
      album: z
        .string()
        .max(2 * MAX_ALBUM_LENGTH)
        .nullable(),
    }),
  ])
  .meta({ id: 'BulkRequest' });

export const bulkOutcomesSchema = z
  .strictObject({
    outcomes: z
      .array(z.strictObject({ imageId: z.string(), status: z.int(), problem: problemSchema.optional() }))
      .describe('In the order of the ids; each image by itself'),
  })
  .meta({ id: 'BulkOutcomes' });

export const userId = z
  .string()
  .regex(/^[\w-]{1,64}$/, 'expected the `owner` of an image: up to 64 letters, digits, _ and -');

export const failuresSchema = z
  .strictObject({
    images: z.array(imageSchema),
    messages: z.array(
      z.strictObject({
        messageId: z.string(),
        queue: z.string(),
        bodyBytes: z.int(),
        reason: z.strictObject({ code: z.string(), message: z.string() }),
        recordedAt: time,
      }),
    ),
    isComplete: z.boolean().describe('False where there are more of either kind'),
  })
  .meta({ id: 'Failures' });

export const redriveRequestSchema = z
  .union([
    z.strictObject({ all: z.literal(true) }),
    z
      .strictObject({
        imageIds: z.array(imageId).max(100).default([]),
        messageIds: z.array(z.string().min(1).max(128)).max(100).default([]),
      })
      .refine(
        ({ imageIds, messageIds }) => imageIds.length + messageIds.length > 0,
        'expected `all`, or the id of an image or a message',
      ),
  ])
  .meta({ id: 'RedriveRequest' });

export const redrivenSchema = z
  .strictObject({
    outcomes: z.array(z.strictObject({ id: z.string(), status: z.int(), problem: problemSchema.optional() })),
    isComplete: z.boolean().describe('False where `all` left some; repeat it'),
  })
  .meta({ id: 'Redriven' });

export const erasedSchema = z
  .strictObject({
    deleted: z.int(),
    isComplete: z.boolean().describe('False where images are left; repeat it'),
  })
  .meta({ id: 'Erased' });

export const exportQuerySchema = z.strictObject({
  trash: flag.optional().describe('What is in the trash instead'),
  cursor: z.string().max(2000).optional().describe('The `next` of the page before'),
});

export const exportSchema = z
  .strictObject({
    images: z.array(
      z.strictObject({
        image: imageSchema,
        files: z
          .array(z.strictObject({ variant: z.string(), url: z.string(), expiresAt: time }))
          .describe('`original`, and every output'),
      }),
    ),
    next: z.string().nullable(),
  })
  .meta({ id: 'Export' });

export const ticketSchema = z
  .strictObject({ ticket: z.string(), url: z.string(), expiresAt: time })
  .describe('Good for one connection, within 30 s: open `url` with the query `ticket`')
  .meta({ id: 'LiveTicket' });
