import { createHash } from 'node:crypto';
import type { OutputFormat, Resize } from './recipe.ts';

/** The workers of every deployment. Each has one id: its folder in lambdas/, its construct, its metric dimension, its runbook heading. */
export const WORKERS = ['processor', 'parts', 'sweeper', 'recorder', 'reconciler', 'exports'] as const;
/** Workers that a deployment has where a setting asks for them. */
export const OPTIONAL_WORKERS = ['labels'] as const;
export type WorkerName = (typeof WORKERS)[number] | (typeof OPTIONAL_WORKERS)[number];

/** The functions that a schedule calls: how often, and the figures that each reports. */
export const SCHEDULES = {
  sweeper: { everyMinutes: 5, figures: ['repaired', 'postponed', 'failed', 'published', 'deleted'] },
  reconciler: { everyMinutes: 24 * 60, figures: ['versions', 'ingested'] },
  trends: { everyMinutes: 60, figures: [] },
} as const;
export type ScheduledWorker = keyof typeof SCHEDULES;

/** The queues that carry the tasks of images. */
export const IMAGE_QUEUES = ['ingest', 'parts', 'labels'] as const;
export type ImageQueue = (typeof IMAGE_QUEUES)[number];
/** All queues. Each has its own dead-letter queue. */
export const QUEUES = [...IMAGE_QUEUES, 'exports'] as const;
export type QueueName = (typeof QUEUES)[number];
/** Queues that a deployment has where a setting asks for them. */
export type OptionalQueue = 'labels';

/** The top folders of the processed bucket; grants are given by these prefixes. */
export const PREFIXES = {
  processed: 'processed/',
  augmented: 'augmented-images/',
  intermediate: 'work/',
  details: 'details/',
  previews: 'previews/',
} as const;

/** The folder of the processed bucket that holds the archives of exports, each for a day. No image has a file there. */
export const EXPORTS_PREFIX = 'exports/';

/** A folder of the source bucket that only the API can write. `uploads/{user id}/…` names the owner. */
export const UPLOADS_PREFIX = 'uploads/';

/** Object metadata (`x-amz-meta-recipe`) that chooses the recipe of an upload. */
export const RECIPE_METADATA = 'recipe';

/** An object version in the source bucket. `versionId` is "null" in a bucket without versioning. */
export interface SourceRef {
  bucket: string;
  /** The name of the object, not percent-encoded as in events of S3. */
  key: string;
  versionId: string;
  /** Distinguishes overwritten "null" versions. */
  etag?: string | undefined;
}

/** 64 hex digits. The same upload always has the same id. An overwrite is a new image. */
export function imageIdOf(source: SourceRef): string {
  const version = source.versionId === 'null' ? `null:${source.etag ?? ''}` : source.versionId;
  return sha256(JSON.stringify([source.bucket, source.key, version]));
}

/** The id of an event. Repeats of an event have the same id, so that subscribers can deduplicate. */
export function eventIdOf(imageId: string, run: number, attempt: number, type: string): string {
  return sha256(JSON.stringify([imageId, run, attempt, type]));
}

/** The user who uploaded an object; undefined where the key is not `uploads/{user id}/…`. */
export function ownerOf(key: string): string | undefined {
  if (!key.startsWith(UPLOADS_PREFIX)) return undefined;
  const [owner, rest] = key.slice(UPLOADS_PREFIX.length).split(/\/(.*)/s);
  return owner && rest ? owner : undefined;
}

const MAX_FILE_NAME_LENGTH = 255;

/** The last segment of the key, cut to 255 characters. */
export function fileNameOf(key: string): string {
  const name = key.slice(key.lastIndexOf('/') + 1) || key;
  return [...name].slice(0, MAX_FILE_NAME_LENGTH).join('');
}

/** The key of an upload through the API. Its random id keeps uploads of one name apart. */
export function uploadKey(owner: string, uploadId: string, name: string): string {
  return `${UPLOADS_PREFIX}${owner}/${uploadId}/${name}`;
}

/** The id of an upload through the API; undefined where the key is not of that shape. */
export function uploadIdOf(key: string): string | undefined {
  return /^uploads\/[^/]+\/([\w-]{22})\/[^/]+$/s.exec(key)?.[1];
}

/** `processed`, `labels`, or the clockwise degrees of a rotation (`"90"`). A part of a run is named by its variant. */
export type Variant = string;
export const PROCESSED: Variant = 'processed';
export const LABELS: Variant = 'labels';
/** Degrees of a rotation that is the processed picture itself. */
export const FULL_ROTATION = 360;

/** The values that make up the key of an output. */
export interface OutputNaming {
  imageId: string;
  run: number;
  sourceKey: string;
  /** The source's LastModified, ISO 8601. */
  sourceModifiedAt: string;
  format: OutputFormat;
}

const EXTENSIONS: Record<OutputFormat, string> = {
  jpeg: 'jpg',
  png: 'png',
  webp: 'webp',
  avif: 'avif',
  gif: 'gif',
};
const CONTENT_TYPES: Record<OutputFormat, string> = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  avif: 'image/avif',
  gif: 'image/gif',
};

export function contentTypeOf(format: OutputFormat): string {
  return CONTENT_TYPES[format];
}

/**
 * `processed/{path}_256x256_{id}.jpg`: the box that the recipe asks for, or `50pct` where it asks for a ratio.
 */
export function processedKey(naming: OutputNaming, resize: Resize): string {
  const size = 'ratio' in resize ? `${percent(resize.ratio)}pct` : `${resize.widthPx}x${resize.heightPx}`;
  return fitKey(PREFIXES.processed, naming, `_${size}_${idPart(naming)}`);
}

/** `augmented-images/90-degree/{path}_rotated_90_{at}_{id}.jpg`; 360 is `…_original_{at}_{id}.jpg`. */
export function rotationKey(naming: OutputNaming, degrees: number): string {
  const kind = degrees === FULL_ROTATION ? 'original' : `rotated_${degrees}`;
  const at = timestamp(naming.sourceModifiedAt);
  return fitKey(`${PREFIXES.augmented}${degrees}-degree/`, naming, `_${kind}_${at}_${idPart(naming)}`);
}

/** The lossless intermediate from which the parts worker starts: a PNG, or a WebP with all frames. */
export function intermediateKey(imageId: string, run: number): string {
  return `${PREFIXES.intermediate}${imageId}/${run}`;
}

/** The pixels that the model of a run sees: R, G, B of each, row-major. */
export function labelInputKey(imageId: string, run: number): string {
  return `${intermediateKey(imageId, run)}.labels`;
}

/** The thumbnail of the original. It is no part of a run: an image is COMPLETE without it. */
export function thumbKey(imageId: string, run: number): string {
  return `${PREFIXES.previews}${imageId}/${run}/thumb.webp`;
}

/** The large preview of the original. */
export function viewKey(imageId: string, run: number): string {
  return `${PREFIXES.previews}${imageId}/${run}/view.webp`;
}

/** Details that are too long for the catalog: the encoder's trace, and EXIF, which only the owner may read (GPS). */
export function detailsKey(imageId: string, run: number): string {
  return `${PREFIXES.details}${imageId}/${run}.json`;
}

/** The archive of an export. Every try writes the same key. */
export function archiveKey(exportId: string): string {
  return `${EXPORTS_PREFIX}${exportId}.zip`;
}

/** S3's limit on a key, in bytes of UTF-8. */
export const MAX_KEY_BYTES = 1024;

/** A key of prefix, path and ending. A path that is too long is cut, and ends in its hash. */
function fitKey(prefix: string, naming: OutputNaming, ending: string): string {
  const path = naming.sourceKey.replace(/(?<=[^/])\.[^./]*$/, '');
  const tail = `${ending}.${EXTENSIONS[naming.format]}`;
  const room = MAX_KEY_BYTES - Buffer.byteLength(prefix) - Buffer.byteLength(tail);
  if (Buffer.byteLength(path) <= room) return prefix + path + tail;
  const mark = `~${sha256(path).slice(0, 16)}`;
  return prefix + cutUtf8(path, room - mark.length) + mark + tail;
}

/** The longest start of `text` that has whole characters and at most `maxBytes` of UTF-8. */
export function cutUtf8(text: string, maxBytes: number): string {
  const bytes = Buffer.from(text).subarray(0, maxBytes);
  return new TextDecoder().decode(bytes, { stream: true });
}

/** 0.5 is 50 and 0.125 is 12.5, without the error of binary fractions. */
function percent(ratio: number): number {
  return Number((ratio * 100).toFixed(4));
}

function idPart({ imageId, run }: OutputNaming): string {
  return run === 1 ? imageId.slice(0, 16) : `${imageId.slice(0, 16)}_r${run}`;
}

/** `YYYYMMDD_HHMMSS`, UTC. */
function timestamp(iso: string): string {
  return new Date(iso).toISOString().slice(0, 19).replaceAll('-', '').replaceAll(':', '').replace('T', '_');
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
