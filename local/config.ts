import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { dirname, resolve } from 'node:path';
import * as z from 'zod';
import { InvalidInputError } from '../core/errors.ts';
import type { ImageLimits } from '../core/image/types.ts';
import { LABEL_SETTINGS, type LabelSetting, modesOf } from '../core/labels/models.ts';
import { type RecipeBook, recipeBook } from '../core/recipe.ts';
import {
  type ExportQuota,
  exportQuotaSchema,
  type UploadQuota,
  uploadQuotaSchema,
} from '../core/settings.ts';
import { describeIssues } from '../core/validation.ts';
import { availableModes, modelCommand } from '../labels/find-model.ts';
import { INSTALL_COMMAND, isInstalled } from '../labels/runtime.ts';

/** The byte order marks of UTF-16. */
const UTF16_MARKS = [Buffer.from([0xff, 0xfe]), Buffer.from([0xfe, 0xff])];

/** The file that is read from the working directory unless the user names another. */
const CONFIG_FILE = 'darkroom.config.json';

const limits = z.strictObject({
  maxBytes: z.int().min(1).max(2_000_000_000).default(100_000_000).describe('Size of a file, in bytes'),
  maxPixels: z
    .int()
    .min(1)
    .max(2_000_000_000)
    .default(200_000_000)
    .describe('Width × height × pages, read from the header before decoding'),
  maxPages: z.int().min(1).max(10_000).default(200).describe('Pages of a TIFF, frames of an animation'),
  maxMemoryBytes: z
    .int()
    .min(100_000_000)
    .max(1_000_000_000_000)
    .optional()
    .describe(
      'Memory for all images in progress together, in bytes, estimated before decoding. Unless set, half of what the machine has',
    ),
  timeoutMs: z.int().min(1000).max(3_600_000).default(60_000).describe('Time for one image, in milliseconds'),
});

const webhook = z.strictObject({
  url: z
    .url({ protocol: /^https?$/, error: 'expected an http or https URL' })
    .describe('Gets every completion event by POST'),
});

const auth = z.strictObject({
  issuer: z
    .url({ protocol: /^https?$/, error: 'expected an http or https URL' })
    .describe('The provider, exactly as it writes itself into `iss`'),
  audience: z.string().min(1).describe('What `aud` must be; where a token has none, its `client_id`'),
  clientId: z.string().min(1).optional().describe('The client of a page that logs in'),
  scopes: z.array(z.string().min(1)).default(['openid']).describe('What that page asks for'),
});

/** The config file. schemas/darkroom.config.schema.json is made of it. */
export const configSchema = z.strictObject({
  $schema: z.string().optional().describe('The JSON Schema of this file, for editors'),
  dataDir: z
    .string()
    .min(1)
    .default('darkroom-data')
    .describe('Inbox, outputs and database; relative to the config file'),
  recipes: z.record(z.string(), z.unknown()).default({}).describe('Your own recipes, by name'),
  limits: limits.prefault({}),
  webhooks: z.array(webhook).max(20).default([]).describe('URLs that get every completion event'),
  concurrency: z.int().min(1).max(64).default(2).describe('Images in progress at once'),
  port: z
    .int()
    .min(0)
    .max(65_535)
    .optional()
    .describe(
      'Port of the local server, on 127.0.0.1; 0 takes any free one. Unless set, 4400 or the next one that is free',
    ),
  trashDays: z
    .int()
    .min(1)
    .max(3650)
    .default(30)
    .describe(
      'How long a deleted image can be restored, in days. After that, its file in the inbox is deleted too',
    ),
  uploadQuota: uploadQuotaSchema
    .optional()
    .describe(
      'What each user may upload through the API in a day (UTC). Unless set, uploads are not counted',
    ),
  exportQuota: exportQuotaSchema
    .optional()
    .describe('What each user may export in a day (UTC). Unless set, exports are not counted'),
  labels: z
    .enum(LABEL_SETTINGS)
    .optional()
    .describe(
      'Whether recipes can ask what an image shows, and with which model by default. Unless set, `fast` where `npm ci --prefix labels` was run, else `off`',
    ),
  auth: auth
    .optional()
    .describe(
      "Requires access tokens of an OpenID provider. Unless set, this machine's user is the owner of all",
    ),
  linkTtlS: z
    .int()
    .min(60)
    .max(604_800)
    .default(3600)
    .describe('How long a link to a file works, in seconds'),
});

/** The config file of the laptop edition, with all defaults filled in. */
export interface LaptopConfig {
  /** Absolute. */
  dataDir: string;
  recipes: RecipeBook;
  limits: ImageLimits;
  webhooks: { url: string }[];
  /** Images in progress at once. Two fill two cores, because libvips uses more threads for a large image. */
  concurrency: number;
  /** Of the local server; 0 takes any free one. Undefined: the default port or the next one that is free. */
  port: number | undefined;
  /** How long a deleted image can be restored. */
  trashDays: number;
  /** What each user may upload in a day. */
  uploadQuota?: UploadQuota;
  /** What each user may export in a day. */
  exportQuota?: ExportQuota;
  labels: LabelSetting;
  /** How long a link works, in seconds. */
  linkTtlS: number;
  auth: z.output<typeof auth> | undefined;
}

/**
 * Reads the config file. Without one, everything has its default.
 *
 * @param options.path a file that must exist; by default `darkroom.config.json`, which need not exist
 * @param options.dataDir overrides the file's; relative to the working directory
 * @param options.port overrides the file's
 * @throws InvalidInputError with the file, the field, what was expected and what was received
 */
export function loadConfig(options: {
  path?: string | undefined;
  dataDir?: string | undefined;
  port?: number | undefined;
}): LaptopConfig {
  const path = resolve(options.path ?? CONFIG_FILE);
  const json = readJson(path, options.path !== undefined);
  const parsed = configSchema.safeParse(json);
  if (!parsed.success) throw new InvalidInputError(`${path}: ${describeIssues(parsed.error)}`);
  const {
    dataDir,
    limits,
    webhooks,
    concurrency,
    port,
    trashDays,
    uploadQuota,
    exportQuota,
    linkTtlS,
    auth,
  } = parsed.data;
  const labels = labelSetting(path, parsed.data.labels);
  return {
    dataDir: options.dataDir === undefined ? resolve(dirname(path), dataDir) : resolve(options.dataDir),
    recipes: ownRecipes(path, json, labels),
    limits: { ...limits, maxMemoryBytes: limits.maxMemoryBytes ?? Math.floor(totalmem() / 2) },
    webhooks,
    concurrency,
    port: options.port ?? port,
    trashDays,
    ...(uploadQuota && { uploadQuota }),
    ...(exportQuota && { exportQuota }),
    labels,
    linkTtlS,
    auth,
  };
}

/** @throws InvalidInputError with the command to run, where the file asks for what is not installed */
function labelSetting(path: string, asked: LabelSetting | undefined): LabelSetting {
  const installed = isInstalled();
  if (asked === undefined) return installed ? 'fast' : 'off';
  if (asked === 'off') return asked;
  if (!installed) throw new InvalidInputError(`${path}: labels: run \`${INSTALL_COMMAND}\` first.`);
  const missing = modesOf(asked).find((mode) => !availableModes().includes(mode));
  if (missing === undefined) return asked;
  throw new InvalidInputError(
    `${path}: labels: the model of mode ${missing} is not there. Run \`${modelCommand(missing)}\` first.`,
  );
}

/** Takes the recipes as they were read: a parsed record has lost a recipe named `__proto__`. */
function ownRecipes(path: string, json: unknown, labels: LabelSetting): RecipeBook {
  const hasOwn = typeof json === 'object' && json !== null && 'recipes' in json;
  try {
    return recipeBook(hasOwn ? json.recipes : {}, labels);
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    throw new InvalidInputError(`${path}: ${error.message}`, { cause: error });
  }
}

function readJson(path: string, mustExist: boolean): unknown {
  const text = readText(path, mustExist);
  if (text === undefined) return {};
  try {
    return JSON.parse(text);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new InvalidInputError(`${path}: expected JSON: ${detail}`, { cause: error });
  }
}

/** Undefined where there is no such file and it need not exist. */
function readText(path: string, mustExist: boolean): string | undefined {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (isMissing && !mustExist) return undefined;
    const problem = isMissing ? 'there is no such config file' : 'it cannot be read';
    throw new InvalidInputError(`${path}: ${problem}`, { cause: error });
  }
  const isUtf16 = UTF16_MARKS.some((mark) => bytes.subarray(0, mark.length).equals(mark));
  if (isUtf16) throw new InvalidInputError(`${path}: expected UTF-8, received UTF-16. Save it as UTF-8.`);
  // Editors on Windows put a byte order mark at the start, which is not JSON. This decoder skips it.
  return new TextDecoder().decode(bytes);
}
