import * as z from 'zod';
import { InvalidInputError } from './errors.ts';
import { LABEL_SETTINGS } from './labels/models.ts';
import type { QueueName } from './names.ts';
import { type RecipeBook, recipeBook } from './recipe.ts';
import { describeIssues, REPORT_INPUT } from './validation.ts';

const text = z.string().min(1);
const count = z.int().min(1);
/** A deployment without labels has no queue for them. */
const byQueue = z.object({
  ingest: text,
  parts: text,
  exports: text,
  labels: text.optional(),
} satisfies Record<QueueName, z.ZodType>);

/** What one user, or one machine, may upload in a day. */
export const uploadQuotaSchema = z.strictObject({
  images: count.describe('Images a day for each user'),
  bytes: count.describe('Their bytes, as declared'),
});
export type UploadQuota = z.infer<typeof uploadQuotaSchema>;

/** What one user, or one machine, may export in a day. */
export const exportQuotaSchema = z.strictObject({
  files: count.describe('Files a day for each user'),
  bytes: count.describe('Their bytes'),
});
export type ExportQuota = z.infer<typeof exportQuotaSchema>;

/** How much is used of a quota, or may be: images or files, and their bytes. */
export interface Amount {
  count: number;
  bytes: number;
}

/** What one deployment has decided, on AWS or on a laptop, except its recipes. */
export const settingsSchema = z.object({
  sourceBucket: text,
  processedBucket: text,
  /** The owner of uploads whose key names none. Without it, they have no owner, and only administrators see them. */
  defaultOwner: text.optional(),
  /** Limits of one image. */
  limits: z.object({
    maxBytes: count,
    maxPixels: count,
    maxPages: count,
    maxMemoryBytes: count,
    timeoutMs: count,
  }),
  /** Starts without an outcome before an image is REJECTED as `PROCESSING_LIMIT`. */
  maxStarts: count.default(3),
  /** How long a start may still be at work without a sign: the time limit of the worker that runs it. */
  maxStartMs: z.int().min(0),
  /** How long a run may be silent before the sweeper looks at it: longer than visibility × receives. */
  stuckAfterMs: count,
  /** Repairs before a run is FAILED. */
  maxRepairs: count.default(3),
  /** Days that a deleted image stays in the trash. */
  trashDays: z.number().min(0).default(30),
  /** Without one, uploads are not counted. */
  uploadQuota: uploadQuotaSchema.optional(),
  /** Without one, exports are not counted. */
  exportQuota: exportQuotaSchema.optional(),
  /** Whether images can be classified, and with which model by default. */
  labels: z.enum(LABEL_SETTINGS).default('off'),
});

export type Settings = z.infer<typeof settingsSchema> & { recipes: RecipeBook };

/** The environment variable in which every function of a deployment finds the same settings, as JSON. */
export const SETTINGS_VARIABLE = 'DARKROOM_SETTINGS';

/** What that variable holds. Fields that this release does not know are ignored. */
export const deployedSettingsSchema = settingsSchema.extend({
  /** The deployment's own recipes by name. */
  recipes: z.record(z.string(), z.unknown()),
  tableName: text,
  queueUrls: byQueue,
  /** The API has none: its variables have little room. */
  deadLetterQueueArns: byQueue.optional(),
  topicArn: text,
  /** The topic of live messages. Releases before 0.2 had none. */
  progressTopicArn: text.optional(),
  /** The role that signs links. Without one, the caller's own credentials sign. */
  signerRoleArn: text.optional(),
  /** How long a link is meant to work, in seconds. */
  urlTtlS: count,
});

export type DeployedSettingsJson = z.input<typeof deployedSettingsSchema>;
export type DeployedSettings = Omit<z.infer<typeof deployedSettingsSchema>, 'recipes'> & Settings;

/**
 * The settings of a deployment on AWS.
 *
 * @param json the value of the variable
 * @throws InvalidInputError naming the setting, what was expected and what came
 */
export function readDeployedSettings(json: string | undefined): DeployedSettings {
  const parsed = deployedSettingsSchema.safeParse(parseJson(json), REPORT_INPUT);
  if (!parsed.success) throw new InvalidInputError(`${SETTINGS_VARIABLE}: ${describeIssues(parsed.error)}`);
  return { ...parsed.data, recipes: recipeBook(parsed.data.recipes, parsed.data.labels) };
}

function parseJson(json: string | undefined): unknown {
  try {
    return JSON.parse(json ?? '');
  } catch (error) {
    const received = json === undefined ? 'no such variable' : JSON.stringify(json.slice(0, 80));
    throw new InvalidInputError(`${SETTINGS_VARIABLE}: expected JSON, received ${received}`, {
      cause: error,
    });
  }
}
