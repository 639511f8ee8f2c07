import * as z from 'zod';
import { isRecognised, predictionSchema } from '../labels/classification.ts';
import { LABEL_MODES } from '../labels/models.ts';
import { outputsOf } from './outputs.ts';
import { ENDED, hasEnded, type ImageRecord, UNDER_WAY } from './record.ts';

const comparisonSchema = z
  .strictObject({ ssim: z.number().nullable(), psnrDb: z.number().nullable(), identical: z.boolean() })
  .describe('ssim is null under 7 px on a side; psnrDb is null where the pictures are identical');

const encodeSchema = comparisonSchema.extend({
  ssimulacra2: z
    .number()
    .nullable()
    .default(null)
    .describe('SSIMULACRA2, from −∞ to 100: 90 is visually lossless. null where it was not measured'),
});

const sourceSchema = z.strictObject({
  bucket: z.string(),
  key: z.string(),
  versionId: z.string(),
  bytes: z.int().min(0),
  widthPx: z.int().nullable(),
  heightPx: z.int().nullable(),
  format: z.string().nullable(),
});

const labelsSchema = z.strictObject({
  outcome: z
    .enum(['recognised', 'nothing-recognised', 'unavailable', 'pending'])
    .describe('`unavailable`: the model gave no answer, and the image is complete without it'),
  mode: z.enum(LABEL_MODES),
  minConfidence: z
    .number()
    .describe('Below this confidence of the first prediction, nothing counts as recognised'),
  predictions: z.array(predictionSchema).describe('The most likely classes of ImageNet, at most five'),
  model: z.string().nullable(),
  modelSha256: z.string().nullable(),
  reason: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
});

export const outputViewSchema = z.strictObject({
  variant: z.string().describe('`processed`, or the clockwise degrees of a rotation'),
  bucket: z.string(),
  key: z.string(),
  widthPx: z.int(),
  heightPx: z.int(),
  bytes: z.int(),
  contentType: z.string(),
});

/**
 * The one public shape of an image and its current run. Events, `--json` and the HTTP API show it; each may add fields.
 * What is not known, or was not made, is null.
 */
export const imageViewSchema = z.strictObject({
  imageId: z.string().regex(/^[0-9a-f]{64}$/),
  run: z.int().min(1),
  attempt: z.int().min(1),
  state: z.enum([...UNDER_WAY, ...ENDED, 'DELETED']),
  revision: z
    .int()
    .min(0)
    .describe('Counts the changes of the record: of two views, the higher one is newer'),
  owner: z.string().nullable(),
  fileName: z.string(),
  album: z.string().nullable(),
  capturedAt: z
    .string()
    .nullable()
    .describe("When the shot was taken, in the camera's local time; with the offset where EXIF names one"),
  thumbhash: z.string().nullable().describe('A blurred picture of at most 25 bytes, base64'),
  deletedAt: z.string().nullable().describe('In the trash since'),
  progress: z
    .strictObject({ finished: z.array(z.string()), expected: z.array(z.string()).nullable() })
    .describe('Variants; what is expected is null until the run starts'),
  source: sourceSchema,
  outputs: z.array(outputViewSchema),
  warnings: z.array(z.string()).describe('What is odd about the file and cost no pixel'),
  quality: z
    .strictObject({
      encode: encodeSchema,
      detail: comparisonSchema.nullable(),
      enhance: comparisonSchema,
    })
    .nullable(),
  encoding: z
    .strictObject({
      format: z.string(),
      quality: z.int(),
      mozjpeg: z.boolean(),
      chroma: z.enum(['4:4:4', '4:2:0']).optional(),
      targetMet: z.boolean(),
    })
    .nullable()
    .describe('What the search for a target chose; null where the recipe names a quality'),
  hasDetails: z
    .boolean()
    .describe('Whether there is EXIF, or a search of the encoder, that the owner can read'),
  labels: labelsSchema
    .nullable()
    .describe(
      'What the original shows; null where the recipe does not ask, or the run ended before a model could say',
    ),
  recipe: z.string().nullable().describe("The recipe's name; null where the run ended before it had one"),
  timingsMs: z.record(z.string(), z.number()),
  computeMs: z
    .int()
    .min(0)
    .describe('Work on pixels in this run, all workers and tries together; waiting is not in it'),
  reason: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
  createdAt: z.string(),
  endedAt: z.string().nullable(),
});

export type ImageView = z.infer<typeof imageViewSchema>;
export type OutputView = z.infer<typeof outputViewSchema>;

/** The view of a record. Links to the outputs are not part of it: they expire, and each costs a signature. */
export function imageView(record: ImageRecord, processedBucket: string): ImageView {
  const { source, imageInfo, reason } = record;
  return {
    imageId: record.imageId,
    run: record.run,
    attempt: record.attempt,
    state: record.state,
    revision: record.revision,
    owner: record.owner ?? null,
    fileName: record.fileName,
    album: record.album ?? null,
    capturedAt: record.capturedAt ?? null,
    thumbhash: record.thumbhash ?? null,
    deletedAt: record.deletedAt ?? null,
    progress: progressOf(record),
    source: {
      bucket: source.bucket,
      key: source.key,
      versionId: source.versionId,
      bytes: source.bytes,
      widthPx: imageInfo?.widthPx ?? null,
      heightPx: imageInfo?.heightPx ?? null,
      format: imageInfo?.format ?? null,
    },
    outputs: outputsOf(record).map(({ variant, key, widthPx, heightPx, bytes, contentType }) => {
      return { variant, bucket: processedBucket, key, widthPx, heightPx, bytes, contentType };
    }),
    warnings: record.warnings ?? [],
    quality: qualityView(record),
    encoding: record.encoding ?? null,
    hasDetails: record.hasDetails ?? false,
    labels: labelsView(record),
    recipe: record.recipe?.name ?? null,
    timingsMs: record.timingsMs ?? {},
    computeMs: record.computeMs,
    reason: reason ? { code: reason.code, message: reason.message } : null,
    createdAt: record.createdAt,
    endedAt: record.endedAt ?? null,
  };
}

function labelsView(record: ImageRecord): ImageView['labels'] {
  const { recipe, labels } = record;
  const asked = recipe?.recipe.labels;
  if (asked?.mode === undefined || (labels === undefined && hasEnded(record))) return null;
  const { mode, minConfidence } = asked;
  const view = { mode, minConfidence, predictions: [], model: null, modelSha256: null, reason: null };
  if (labels === undefined) return { ...view, outcome: 'pending' };
  if ('unavailable' in labels) return { ...view, outcome: 'unavailable', reason: labels.unavailable };
  const outcome = isRecognised(labels, minConfidence) ? 'recognised' : 'nothing-recognised';
  const { model, sha256, predictions } = labels;
  return { ...view, outcome, predictions, model, modelSha256: sha256 };
}

function progressOf({ finished, expected }: ImageRecord): ImageView['progress'] {
  const variants = expected ?? Object.keys(finished);
  return {
    finished: variants.filter((variant) => Object.hasOwn(finished, variant)),
    expected: expected ?? null,
  };
}

function qualityView({ quality }: ImageRecord): ImageView['quality'] {
  if (quality === undefined) return null;
  const { encode, detail, enhance } = quality;
  return { encode: { ...encode, ssimulacra2: encode.ssimulacra2 ?? null }, detail, enhance };
}
